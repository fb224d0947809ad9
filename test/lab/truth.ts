import { writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { interfaceOf, type Verdict } from './evidence.ts';
import { titleOf } from './lab.ts';
import { type Attempt, captureNames, type Measurement } from './measure.ts';
import type { Node, Scenario, Step } from './scenario.ts';
import { typed } from './scenario.ts';
import type { Stage } from './stage.ts';

/** Writes truth.json, probe-N.txt and the oracle's counters beside the hosts' folders. */
export async function writeTruth(
  scenario: Scenario,
  m: Measurement,
  verdict: Verdict,
  folder: string,
): Promise<void> {
  const name = titleIn(scenario);
  const main: Attempt = { probe: scenario.probe, result: m.probe, stages: m.stages };
  const attempts = [main, ...m.others];
  const truth = {
    scenario: scenario.name,
    title: scenario.title,
    profile: scenario.plan.profile,
    kernel: `Linux ${release().split('.').slice(0, 2).join('.')}`,
    topology: { routers: topologyOf(scenario) },
    summary: summaryOf(scenario, main),
    hosts: await hostsOf(scenario, folder),
    setup: [...scenario.setup, ...(scenario.late ?? [])].map((step) => stepOf(name, step)),
    probes: attempts.map((attempt) => probeOf(scenario, attempt, attempt === main ? verdict : null)),
    application_succeeded: m.probe.succeeded,
    root_cause: {
      ...verdict,
      host: verdict.host && name(verdict.host),
      decided_by: m.lookups.decidedBy,
    },
    counters_delta: Object.fromEntries([...m.counters].map(([node, risen]) => [name(node), risen])),
    kernel_drops: m.drops ?? {},
    route_get: m.lookups.all.map(({ node, query, answer }) => ({ from: name(node), query, answer })),
    fixes: fixesOf(scenario, m),
  };
  await writeFile(join(folder, 'truth.json'), `${JSON.stringify(truth, null, 1)}\n`);
  const screens = attempts.map(({ result }, index) =>
    writeFile(join(folder, `probe-${index + 1}.txt`), screenOf(result)),
  );
  await Promise.all(screens);
}

function screenOf({ command, output, exit, seconds }: Attempt['result']): string {
  return `$ ${command}\n${output}[exit ${exit}, ${seconds.toFixed(2)} s]\n`;
}

function titleIn({ plan }: Scenario): (node: Node) => string {
  return (node) => titleOf(plan, node);
}

function topologyOf({ plan, firewall, natBox, joined }: Scenario): string {
  return [
    'one router joins the four networks',
    ...(joined ? [`networks ${joined.join(' and ')} are one layer-2 network`] : []),
    ...(firewall ? [`a stateful firewall sits between the router and ${plan.b.name}'s first network`] : []),
    ...(natBox ? [`a NAT box sits between the router and ${plan.b.name}'s second network`] : []),
  ].join('; ');
}

const STYLES = {
  any: 'sll2',
  'any-pcapng': 'sll2-pcapng',
  'per-interface': 'ethernet',
  'cooked-v1': 'sll1',
  nanoseconds: 'sll2-nano',
  pcapng: 'pcapng',
} as const;

async function hostsOf(
  { plan, captureStyle, clockOffsetS }: Scenario,
  folder: string,
): Promise<Record<string, unknown>> {
  const rows = (['a', 'b'] as const).map(async (node) => [
    plan[node].name,
    {
      role: node.toUpperCase(),
      interfaces: Object.fromEntries(
        plan[node].cards.map((card) => [card.name, [card.address4, card.address6]]),
      ),
      captures: await captureNames(join(folder, plan[node].name)),
      capture_style: STYLES[captureStyle ?? 'any'],
      clock_offset_s: node === 'b' ? (clockOffsetS ?? 0) : 0,
    },
  ]);
  return Object.fromEntries(await Promise.all(rows));
}

function stepOf(name: (node: Node) => string, step: Step): { host: string; command: string } {
  return { host: name(step.on), command: typed(step) };
}

function probeOf(scenario: Scenario, attempt: Attempt, verdict: Verdict | null): unknown {
  const { probe, result, stages } = attempt;
  const why = (stage: string) => (verdict?.stage === stage ? { why: verdict.explanation } : {});
  const counted = result.output.match(/(\d+) packets transmitted, (\d+) received/);
  return {
    command: result.command,
    host: scenario.plan.a.name,
    proto: probe.kind === 'ping' ? (probe.to.includes(':') ? 'icmp6' : 'icmp') : probe.kind,
    target: probe.to,
    port: probe.kind === 'ping' ? null : probe.port,
    application_succeeded: result.succeeded,
    exit: result.exit,
    ...(counted && { sent: Number(counted[1]), received: Number(counted[2]) }),
    stages: {
      request_left_a: { ...stages.requestLeftA, ...why('request_left_a') },
      request_reached_b: { ...stages.requestReachedB, ...why('request_reached_b') },
      reply_left_b: { ...stages.replyLeftB, ...why('reply_left_b') },
      reply_reached_a: { ...stages.replyReachedA, ...why('reply_reached_a') },
      accepted_by_a: { accepted: result.succeeded, ...why('accepted_by_a') },
    },
    network: stages.network,
    events: stages.events.map(({ node, ...event }) => ({ ...event, host: titleIn(scenario)(node) })),
    summary: summaryOf(scenario, attempt),
  };
}

/** The path in short, as in `a1 b1 b0 - fail`. */
function summaryOf({ plan }: Scenario, { stages, result }: Attempt): string {
  const short = (node: 'a' | 'b', stage: Stage) => {
    const index = plan[node].cards.findIndex((card) => card.name === interfaceOf(stage));
    return index < 0 ? '-' : `${node}${index}`;
  };
  const { requestLeftA, requestReachedB, replyLeftB, replyReachedA } = stages;
  const way = [short('a', requestLeftA), short('b', requestReachedB), short('b', replyLeftB)];
  return [...way, short('a', replyReachedA), result.succeeded ? 'ok' : 'fail'].join(' ');
}

function fixesOf(scenario: Scenario, m: Measurement): unknown[] {
  const name = titleIn(scenario);
  return m.fixes.map(({ fix, proved, probe }) => ({
    host: name(fix.steps[0]!.on),
    commands: fix.steps.map((step) => stepOf(name, step)),
    what: fix.what,
    proved,
    expected: fix.helps,
    after: [{ command: probe.command, succeeded: probe.succeeded }],
  }));
}
