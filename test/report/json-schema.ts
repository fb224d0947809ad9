import { z } from 'zod';

/** `wayhome.analysis/1` as scripts may rely on it; strict, so that a new name is added here on purpose. */

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
const level = z.enum(['error', 'warning', 'note']);
const place = z
  .strictObject({ host: z.string(), interface: z.string().nullable(), src: z.string() })
  .nullable();
const entry = z.strictObject({ text: z.string(), file: z.string().nullable(), line: z.int().nullable() });

const step = z.strictObject({
  step: z.string(),
  sentence: z.string(),
  rule: entry.optional(),
  route: entry.optional(),
  table: z.int().optional(),
  because: z.string().optional(),
  error: z.string().optional(),
  device: z.string().optional(),
  source: z.string().optional(),
  verdict: z.string().optional(),
  mode: z.int().optional(),
  get back() {
    return z.array(step).optional();
  },
});

const cause = z.strictObject({
  kind: z.string(),
  host: z.string().nullable(),
  confidence: z.enum(['certain', 'likely', 'possible']),
  sentence: z.string(),
  sources: z.array(
    z.strictObject({
      file: z.string(),
      line: z.int().positive(),
      text: z.string(),
      mark: z.enum(['decides', 'context']),
      label: z.string(),
      where: z.string().nullable(),
    }),
  ),
  notes: z.array(z.string()),
  missing: z.array(z.strictObject({ kind: z.string(), what: z.string() })),
  notUnderstood: z.array(z.string()),
  trace: z.array(step),
});

const remedy = z.strictObject({
  kind: z.string(),
  host: z.string(),
  commands: z.array(z.string()),
  undo: z.array(z.string()),
  persist: z.record(z.string(), z.string()),
  verified: z.boolean(),
  assumed: z.array(z.string()),
  changesOtherFlows: z.int().nullable(),
});

const sizes = z.strictObject({ least: z.int(), most: z.int() });

const distinction = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('size'), worked: sizes, failed: sizes }),
    z.strictObject({ kind: z.literal('time'), failed: z.enum(['after', 'before']), moment: time }),
    z.strictObject({ kind: z.literal('source-port'), worked: z.array(z.int()), failed: z.array(z.int()) }),
    z.strictObject({ kind: z.literal('source-address'), worked: z.array(z.string()) }),
  ])
  .nullable();

const finding = z.strictObject({
  kind: z.string(),
  level,
  basis: z.enum(['seen', 'computed']),
  sentence: z.string(),
  protocol: z.enum(['icmp', 'icmp6', 'tcp', 'udp']),
  originator: z.string().nullable(),
  responder: z.string().nullable(),
  probe: z.strictObject({
    src: z.string().nullable(),
    dst: z.string().nullable(),
    dstPort: z.int().nullable(),
  }),
  count: z.int().positive(),
  answeredAlike: z.int(),
  first: time,
  last: time,
  path: z.strictObject({ requestLeft: place, requestReached: place, replyLeft: place, replyReached: place }),
  distinction,
  late: z
    .strictObject({ interface: z.string().nullable(), seconds: z.number(), repeats: z.int().nonnegative() })
    .nullable(),
  translated: z.strictObject({ host: z.string(), src: z.string(), dst: z.string() }).nullable(),
  evidence: z.array(
    z.strictObject({
      file: z.string(),
      frame: z.int().positive(),
      time,
      host: z.string(),
      interface: z.string().nullable(),
      direction: z.enum(['in', 'out', 'unknown']),
      summary: z.string(),
    }),
  ),
  unproven: z.array(z.string()),
  causes: z.array(cause),
  remedies: z.array(remedy),
});

export const analysisSchema = z.strictObject({
  schema: z.literal('wayhome.analysis/1'),
  verdict: z.strictObject({
    party: z.enum(['host', 'network', 'application', 'none', 'unknown']),
    host: z.string().nullable(),
    sentence: z.string(),
  }),
  exchanges: z.strictObject({ total: z.int(), answered: z.int(), failed: z.int(), undecided: z.int() }),
  findings: z.array(finding),
  captures: z.array(
    z.strictObject({
      file: z.string(),
      host: z.string(),
      format: z.enum(['pcap', 'pcapng']),
      linkTypes: z.array(z.int()),
      frames: z.int(),
      probes: z.int(),
      replies: z.int(),
      first: time.nullable(),
      last: time.nullable(),
      dropped: z.int().nullable(),
      damage: z
        .array(
          z.strictObject({
            kind: z.string(),
            frame: z.int(),
            offset: z.int(),
            count: z.int(),
            lostBytes: z.int().nullable(),
            message: z.string(),
          }),
        )
        .nullable(),
    }),
  ),
  hosts: z.array(
    z.strictObject({ name: z.string(), given: z.array(z.string()), missing: z.array(z.string()) }),
  ),
  clocks: z.array(
    z.strictObject({
      host: z.string(),
      relativeTo: z.string(),
      offsetSeconds: z.tuple([z.number(), z.number()]),
      driftPpm: z.number(),
      basis: z.enum(['measured', 'given', 'assumed']),
    }),
  ),
  clocksSet: z.array(
    z.strictObject({
      host: z.string(),
      relativeTo: z.string(),
      file: z.string(),
      frame: z.int(),
      at: time,
      seconds: z.number(),
    }),
  ),
  problems: z.array(
    z.strictObject({ kind: z.string(), level: z.enum(['error', 'warning']), message: z.string() }),
  ),
  incomplete: z.boolean(),
});
