import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { formatIp } from '../../src/addr/ip.ts';
import { openCapture } from '../../src/capture/open.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { summaryOf } from './support/summary.ts';

/** Captures taken on a real kernel; interface indexes 2 and 3 are eth0 and eth1 there. */
const CASES = resolve(fileURLToPath(import.meta.url), '../../fixtures/cases');

async function correlatedCase(name: string) {
  const inputs = [];
  for (const host of ['ServerA', 'ServerB']) {
    const opened = await openCapture(`${CASES}/${name}/${host}/any.pcap`);
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    inputs.push({ host, reader: opened.value, interface: null, identity: null });
  }
  const correlation = await correlate(inputs);
  await Promise.all(inputs.map(({ reader }) => reader.close()));
  return correlation;
}

const PING = 'icmp 10.2.0.100 > 10.4.0.100';
const ASKED = 'ServerA/if3>echo-request ServerB/if3<echo-request';

it.each([
  ['01a-bound-iface-no-route', []],
  ['01c-second-default-metric200', [`3 ${PING}: ${ASKED} ServerB/if2>echo-reply ServerA/if3<echo-reply`]],
  ['02-b-strict-rp-filter', [`3 ${PING}: ${ASKED}`]],
  ['04-router-urpf-drops-reply', [`3 ${PING}: ${ASKED} ServerB/if2>echo-reply`]],
  [
    '08-static-routes-both',
    [
      `6 ${PING}: ${ASKED} ServerB/if3>echo-reply ServerA/if3<echo-reply`,
      '1 tcp 10.2.0.100 > 10.4.0.100:1521: ServerA/if3>syn ServerB/if3<syn' +
        ' ServerB/if3>syn-ack ServerA/if3<syn-ack ServerA/if3>tcp-ack ServerB/if3<tcp-ack',
    ],
  ],
  [
    '12b-rule-right-no-default',
    [`3 ${PING}: ServerA/>echo-request ServerB/<echo-request ServerB/>echo-reply`],
  ],
  [
    '14b-tcp-synack-dropped-firewall',
    [
      '1 tcp 10.2.0.100 > 10.4.0.100:1521 again: ServerA/if3>syn ServerB/if3<syn ServerA/if3>syn ServerB/if3<syn' +
        ' ServerA/if3>syn ServerB/if3<syn ServerB/if2>syn-ack ServerB/if2>syn-ack ServerB/if2>syn-ack ServerB/if2>syn-ack',
    ],
  ],
  [
    '20c-v6-firewall-drops-reply',
    [`3 icmp6 fd00:10:2::100 > fd00:10:4::100: ${ASKED} ServerB/if2>echo-reply`],
  ],
])('%s', async (name, expected) => {
  const { clocks, ...correlation } = await correlatedCase(name);
  expect(summaryOf({ clocks, ...correlation })).toEqual(expected);
  // Both hosts ran on one clock.
  for (const { lowNs, highNs } of clocks) {
    expect(lowNs).toBeLessThanOrEqual(0);
    expect(highNs).toBeGreaterThanOrEqual(0);
  }
});

it('tells who was asked for by ARP in vain', async () => {
  const { unanswered } = await correlatedCase('01a-bound-iface-no-route');
  expect(
    unanswered.map((one) => [one.host, one.interface, formatIp(one.target), formatIp(one.tell), one.count]),
  ).toEqual([['ServerA', 'if3', '10.4.0.100', '10.2.0.100', 6]]);
});
