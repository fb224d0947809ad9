import { writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { interfaceOf, type Verdict } from './evidence.ts';
import { captureNames, type Measurement } from './measure.ts';
import type { Node, Scenario, Step } from './scenario.ts';
import { typed } from './scenario.ts';
import type { Stage } from './stage.ts';

/** Writes truth.json, probe-1.txt and the oracle's counters beside the hosts' folders. */
export async function writeTruth(
  scenario: Scenario,
  m: Measurement,
  verdict: Verdict,
  folder: string,
): Promise<void> {
  const name = titleIn(scenario);
  const truth = {
    scenario: scenario.name,
    title: scenario.title,
    profile: scenario.plan.profile,
    kernel: `Linux ${release().split('.').slice(0, 2).join('.')}`,
    topology: { routers: topologyOf(scenario) },
    hosts: await hostsOf(scenario, folder),
    setup: scenario.setup.map((step) => stepOf(name, step)),
    probes: [probeOf(scenario, m, verdict)],
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
  const terminal = `$ ${m.probe.command}\n${m.probe.output}[exit ${m.probe.exit}, ${m.probe.seconds.toFixed(2)} s]\n`;
  await writeFile(join(folder, 'probe-1.txt'), terminal);
}

function titleIn({ plan }: Scenario): (node: Node) => string {
  return (node) => (node === 'a' || node === 'b' ? plan[node].name : node);
}

function topologyOf({ plan, firewall }: Scenario): string {
  const joined = 'one router joins the four networks';
  return firewall
    ? `${joined}; a stateful firewall sits between the router and ${plan.b.name}'s first network`
    : joined;
}

async function hostsOf({ plan, captureStyle }: Scenario, folder: string): Promise<Record<string, unknown>> {
  const rows = (['a', 'b'] as const).map(async (node) => [
    plan[node].name,
    {
      role: node.toUpperCase(),
      interfaces: Object.fromEntries(
        plan[node].cards.map((card) => [card.name, [card.address4, card.address6]]),
      ),
      captures: await captureNames(join(folder, plan[node].name)),
      capture_style: captureStyle === 'per-interface' ? 'ethernet' : 'sll2',
      clock_offset_s: 0,
    },
  ]);
  return Object.fromEntries(await Promise.all(rows));
}

function stepOf(name: (node: Node) => string, step: Step): { host: string; command: string } {
  return { host: name(step.on), command: typed(step) };
}

function probeOf(scenario: Scenario, m: Measurement, verdict: Verdict): unknown {
  const { probe, plan } = scenario;
  const { stages } = m;
  const why = (stage: string) => (verdict.stage === stage ? { why: verdict.explanation } : {});
  const counted = m.probe.output.match(/(\d+) packets transmitted, (\d+) received/);
  return {
    command: m.probe.command,
    host: plan.a.name,
    proto: probe.kind === 'tcp' ? 'tcp' : probe.to.includes(':') ? 'icmp6' : 'icmp',
    target: probe.to,
    port: probe.kind === 'tcp' ? probe.port : null,
    application_succeeded: m.probe.succeeded,
    exit: m.probe.exit,
    ...(counted && { sent: Number(counted[1]), received: Number(counted[2]) }),
    stages: {
      request_left_a: { ...stages.requestLeftA, ...why('request_left_a') },
      request_reached_b: { ...stages.requestReachedB, ...why('request_reached_b') },
      reply_left_b: { ...stages.replyLeftB, ...why('reply_left_b') },
      reply_reached_a: { ...stages.replyReachedA, ...why('reply_reached_a') },
      accepted_by_a: { accepted: m.probe.succeeded, ...why('accepted_by_a') },
    },
    network: stages.network,
    events: stages.events.map(({ node, ...event }) => ({ ...event, host: titleIn(scenario)(node) })),
    summary: summaryOf(scenario, m),
  };
}

/** The path in short, as in `a1 b1 b0 - fail`. */
function summaryOf({ plan }: Scenario, m: Measurement): string {
  const short = (node: 'a' | 'b', stage: Stage) => {
    const index = plan[node].cards.findIndex((card) => card.name === interfaceOf(stage));
    return index < 0 ? '-' : `${node}${index}`;
  };
  const { requestLeftA, requestReachedB, replyLeftB, replyReachedA } = m.stages;
  const way = [short('a', requestLeftA), short('b', requestReachedB), short('b', replyLeftB)];
  return [...way, short('a', replyReachedA), m.probe.succeeded ? 'ok' : 'fail'].join(' ');
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
