import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FrameView } from '../../src/capture/frame.ts';
import { openCapture } from '../../src/capture/open.ts';
import { PacketCounts } from '../../src/decode/counts.ts';
import { decodeFrame } from '../../src/decode/decode.ts';
import { Packet } from '../../src/decode/packet.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import type { ExchangeGroup } from '../../src/exchange/correlation.ts';
import { CORPUS, readTruth, type Truth } from './corpus.ts';

const TRUTH = readTruth();

/** Names in truth.jsonl, and ours. */
const COUNTS: Readonly<Record<string, keyof PacketCounts>> = {
  echo4_req: 'echo4Requests',
  echo4_rep: 'echo4Replies',
  echo6_req: 'echo6Requests',
  echo6_rep: 'echo6Replies',
  syn: 'syn',
  synack: 'synAck',
  rst: 'rst',
  arp_req: 'arpRequests',
  arp_rep: 'arpReplies',
};

const UNKNOWN_LINK = 'TShark stops at a link type it does not know; we count its frames as not decoded';
const DEEP = 'more than 16 extension headers: we stop';
const ATOMIC = 'TShark counts a whole packet with a fragment header as a fragment';
const RESUMED = 'TShark ends at the damage; we say what is lost and read on behind it';
const QUOTED = 'TShark counts a fragment that an ICMPv6 error quotes as a fragment';

const BY_CHECKSUM = 'Wireshark pairs by checksum, so that a reply of another code is none (CORRELATION 3)';
const AUTHENTICATED = 'what lies behind an authentication header is followed, but not in TShark’s counts';
const REPLY_FIRST = 'the reply stands before its request, which is therefore unanswered (CORRELATION 2)';
const TO_MANY =
  'Wireshark counts no request to a multicast address as unanswered; the same one again is one exchange';
const BEHIND_TAGS = 'truth.jsonl counts tags before MPLS, PPPoE or VN-Tag by what is behind these';

/** Where we differ on purpose: file, what differs, why. Everything else must agree. */
const EXCEPTIONS: Readonly<Record<string, readonly [differs: string, reason: string]>> = {
  'libpcap/tests/filter/brcm-tag-stp.pcap': ['packets', UNKNOWN_LINK],
  'tcpdump/tests/brcm-tag-prepend.pcap': ['packets', UNKNOWN_LINK],
  'tcpdump/tests/brcm-tag.pcap': ['packets', UNKNOWN_LINK],
  'tcpdump/tests/edsa-high-vid.pcap': ['packets', UNKNOWN_LINK],
  'tcpdump/tests/edsa.pcap': ['packets', UNKNOWN_LINK],
  'tcpdump/tests/juniper_monitor_invalid_cookie_length.pcap': ['packets', UNKNOWN_LINK],
  'tcpdump/tests/vtp_asan-2.pcap': ['packets', UNKNOWN_LINK],
  'pcapplusplus/Tests/Fuzzers/RegressionTests/regression_samples/clusterfuzz-testcase-minimized-FuzzTarget-5766899836387328':
    ['packets', 'TShark takes the file for another variant; libpcap reads one packet, as we do'],
  'suricata-verify/tests/bug-6875-01/fuzz.pcap': [
    'packets',
    'TShark takes the file for another variant; libpcap reads one packet, as we do',
  ],
  'chrissanders-packets/activeosfingerprinting.pcapng': ['echo4_answered echo4_unanswered', BY_CHECKSUM],
  'libpcap/tests/filter/ah-ipip-ping.pcap': ['echo4_unanswered', AUTHENTICATED],
  'suricata-verify/tests/flow-pkt-recursion/tunnel-pkt-flows.pcap': [
    'echo4_answered echo4_unanswered',
    REPLY_FIRST,
  ],
  'suricata-verify/tests/ipv6-evasion/ipv6-rsmurf/rsmurf6.pcap': ['echo6_unanswered', TO_MANY],
  'zeek/testing/btest/Traces/ipv6_zero_len_ah.pcap': ['echo6_unanswered', AUTHENTICATED],
  'ndpi/tests/cfgs/default/pcap/dns.pcap': ['vlan', BEHIND_TAGS],
  'pcapplusplus/Tests/Packet++Test/PacketExamples/MplsPackets.pcap': ['vlan', BEHIND_TAGS],
  'zeek/testing/btest/Traces/pppoe-over-qinq.pcap': ['vlan', BEHIND_TAGS],
  'zeek/testing/btest/Traces/vntag_vlan_sandwich_clean.pcap': ['vlan', BEHIND_TAGS],
  'libpcap/tests/filter/ipv6_ext_headers.pcap': ['fragments', ATOMIC],
  'suricata-verify/tests/ipv6-evasion/ipv6-malformed-fragments-16/frag-16.pcap': ['fragments', QUOTED],
  'suricata-verify/tests/ipv6-evasion/ipv6-malformed-fragments-26/frag-26.pcap': ['fragments', ATOMIC],
  'suricata-verify/tests/ipv6-evasion/ipv6-malformed-fragments-27/frag-27.pcap': ['fragments', ATOMIC],
  'suricata-verify/tests/ipv6-evasion/ipv6-malformed-fragments-28/frag-28.pcap': ['fragments', ATOMIC],
  'suricata-verify/tests/ipv6-evasion/ipv6-malformed-fragments-30/frag-30.pcap': ['fragments', QUOTED],
  'suricata-verify/tests/ipv6-evasion/ipv6-malformed-fragments-31/frag-31.pcap': ['fragments', QUOTED],
  'suricata-verify/tests/ipv6-evasion/ipv6-malformed-fragments-32/frag-32.pcap': ['fragments', QUOTED],
  'suricata-verify/tests/ipv6-evasion/ipv6-malformed-fragments-33/frag-33.pcap': ['fragments', QUOTED],
  'suricata-verify/tests/ipv6-evasion/ipv6-malformed-fragments-11/frag-11.pcap': [
    'echo6_req fragments echo6_unanswered',
    DEEP,
  ],
  'suricata-verify/tests/bug-1450-04/tls_DER-incomplete-header.pcap': ['packets rst', RESUMED],
  'suricata-verify/tests/bug-1450-05/tls_DER-incomplete-content.pcap': ['packets rst', RESUMED],
  'suricata-verify/tests/smtp-to-comma/10.7.29.101_49898-178.63.41.150_25.pcap': ['packets', RESUMED],
  'tcpdump/tests/atm-oam-loopback-print-overrun.pcap': [
    'time',
    'more than a second of microseconds: we carry',
  ],
  'zeek/testing/btest/Traces/trunc/mpls-6in6-broken.pcap.gz': [
    'fragments',
    'TShark looks for IP behind MPLS',
  ],
};

interface Seen {
  packets: number;
  readonly counts: PacketCounts;
  first: bigint | null;
  last: bigint | null;
  /** Number of the first frame behind a damaged place. */
  resumedAt: number | null;
}

async function see(file: string): Promise<Seen> {
  const seen: Seen = { packets: 0, counts: new PacketCounts(), first: null, last: null, resumedAt: null };
  const opened = await openCapture(file);
  if (!opened.ok) return seen;
  const packet = new Packet();
  const sink = {
    frame(frame: FrameView): void {
      seen.packets++;
      decodeFrame(frame, packet);
      seen.counts.add(packet);
      if (!frame.timed) return;
      seen.last = BigInt(frame.seconds) * 1_000_000_000n + BigInt(frame.nanos);
      seen.first ??= seen.last;
    },
  };
  while (await opened.value.next(sink));
  const { frames, damage } = opened.value.facts();
  expect(frames).toBe(seen.packets);
  seen.resumedAt = damage.find((one) => one.lostBytes)?.frame ?? null;
  await opened.value.close();
  return seen;
}

type EchoPairs = Record<
  'echo4_answered' | 'echo4_unanswered' | 'echo6_answered' | 'echo6_unanswered',
  number
>;

/** Echo requests with an answer and without one, as the exchanges have it. */
async function pairEchos(file: string): Promise<EchoPairs> {
  const pairs = { echo4_answered: 0, echo4_unanswered: 0, echo6_answered: 0, echo6_unanswered: 0 };
  const opened = await openCapture(file);
  if (!opened.ok) return pairs;
  const input = { host: 'host', reader: opened.value, interface: null, identity: null };
  const { groups } = await correlate([input], { protocols: new Set(['icmp']) });
  await opened.value.close();
  for (const group of groups.filter(isEcho)) {
    const family = group.protocol === 'icmp' ? 'echo4' : 'echo6';
    const answered = group.examples[0].replies.length > 0 ? 'answered' : 'unanswered';
    pairs[`${family}_${answered}`] += group.count;
  }
  return pairs;
}

/** A reply whose request is not in the capture is another matter. */
function isEcho({ examples }: ExchangeGroup): boolean {
  return examples[0].requests.length > 0;
}

/** Packets with 802.1Q tags: those that TShark finds a network header in, and the others. */
function taggedIn({ by_path, no_network_layer }: Truth): number {
  const tagged = Object.entries(by_path).filter(([path]) => path.startsWith('vlan'));
  const others = Object.entries(no_network_layer).filter(([layers]) => /\bvlan\b/.test(layers));
  return (
    tagged.reduce((sum, [, { ip = 0, ipv6 = 0, arp = 0 }]) => sum + ip + ipv6 + arp, 0) +
    others.reduce((sum, [, packets]) => sum + packets, 0)
  );
}

/** Names of what differs. */
function differences(truth: Truth, seen: Seen, pairs: EchoPairs): string[] {
  const all: string[] = [];
  if (seen.packets !== (truth.packets ?? 0)) all.push('packets');
  for (const [theirs, ours] of Object.entries(COUNTS)) {
    if (seen.counts[ours] !== (truth.counts[theirs] ?? 0)) all.push(theirs);
  }
  if (seen.counts.fragments !== Object.values(truth.fragments).reduce((sum, one) => sum + one, 0))
    all.push('fragments');
  if (seen.counts.vlanTagged !== taggedIn(truth)) all.push('vlan');
  for (const [name, own] of Object.entries(pairs)) if (own !== (truth.echo[name] ?? 0)) all.push(name);
  const { first, last, invalid } = truth.ts_ns;
  // A packet too many or too few has its time as well.
  if (invalid === 0n && !all.includes('packets') && (seen.first !== first || seen.last !== last))
    all.push('time');
  return all;
}

if (TRUTH.length === 0) {
  test(`captures of other projects: ${CORPUS} is not there (set WAYHOME_CORPUS)`, ({ skip }) => skip());
} else {
  describe(`captures of other projects (${CORPUS})`, () => {
    for (const truth of TRUTH) {
      test(truth.file, async () => {
        const [expected, reason] = EXCEPTIONS[truth.file] ?? [''];
        const seen = await see(join(CORPUS, truth.file));
        const pairs = await pairEchos(join(CORPUS, truth.file));
        expect(differences(truth, seen, pairs).join(' ')).toBe(expected);
        if (reason === RESUMED) expect(seen.resumedAt).toBe((truth.packets ?? 0) + 1);
      });
    }

    test('every exception still is one', () => {
      const files = new Set(TRUTH.map((one) => one.file));
      expect(Object.keys(EXCEPTIONS).filter((file) => !files.has(file))).toEqual([]);
    });
  });
}
