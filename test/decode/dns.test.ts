import { expect, test } from 'vitest';
import { DnsMessage, readDns } from '../../src/decode/dns.ts';
import { DNS_NONE, DNS_QUERY, DNS_RESPONSE } from '../../src/decode/packet.ts';
import { hex } from './decode-bytes.ts';

const QUERY = `
  00 2a  # identification
  01 00  # a query, recursion desired
  00 01 00 00 00 00 00 00  # one question
  03 77 77 77 07 65 78 61 6d 70 6c 65 00  # www.example
  00 01 00 01  # A, IN
`;

function read(bytes: Uint8Array): { role: number; token: number } {
  const message = new DnsMessage();
  // Somewhere in a larger buffer, as in a frame.
  const around = new Uint8Array(bytes.length + 60).fill(0xff);
  around.set(bytes, 42);
  const found = readDns(new DataView(around.buffer), 42, 42 + bytes.length, message);
  expect(found).toBe(message.role !== DNS_NONE);
  return { role: message.role, token: message.token };
}

const changed = (from: string, to: string) => {
  expect(QUERY).toContain(from);
  return read(hex(QUERY.replace(from, to)));
};

test('a query, and a response to it whatever the case of the name', () => {
  const query = read(hex(QUERY));
  expect(query.role).toBe(DNS_QUERY);
  const response = hex(QUERY.replace('01 00  # a query', '81 80 #').replace('77 77 77', '57 57 57'));
  expect(read(response)).toEqual({ role: DNS_RESPONSE, token: query.token });
});

test('another identification, name or type is another question', () => {
  const tokens = [
    read(hex(QUERY)),
    changed('00 2a', '00 2b'),
    changed('77 77', '77 78'),
    changed('00 01 00 01  #', '00 1c 00 01 #'),
  ];
  expect(new Set(tokens.map(({ token }) => token)).size).toBe(4);
});

test.each([
  ['two questions', '00 01 00 00 00 00', '00 02 00 00 00 00'],
  ['a reserved flag', '01 00  # a query', '01 40 #'],
  ['an unknown operation', '01 00  # a query', '79 00 #'],
  ['a label that is too long', '03 77', '43 77'],
  ['no type', '00 01 00 01  #', '00 00 00 01 #'],
  ['an unknown class', '00 01 00 01  #', '00 01 00 09 #'],
  ['a query with several answers', '00 01 00 00 00 00', '00 01 00 02 00 00'],
  ['a name with a pointer', '07 65 78', 'c7 65 78'],
])('%s is no DNS message', (_, from, to) => {
  expect(changed(from, to).role).toBe(DNS_NONE);
});

test('no shorter prefix is one', () => {
  const bytes = hex(QUERY);
  for (let length = 0; length < bytes.length; length++)
    expect(read(bytes.slice(0, length)).role).toBe(DNS_NONE);
});

test('a query may bear one known answer (multicast DNS), a response any number', () => {
  expect(changed('00 01 00 00 00 00', '00 01 00 01 00 00').role).toBe(DNS_QUERY);
  const response = QUERY.replace('01 00  # a query', '81 80 #').replace(
    '00 01 00 00 00 00',
    '00 01 00 09 00 00',
  );
  expect(read(hex(response)).role).toBe(DNS_RESPONSE);
});

test.each(['00 01', '00 03', '00 04', '00 fe', '00 ff', '80 01'])('class %s', (which) => {
  expect(changed('00 01 00 01  #', `00 01 ${which} #`).role).toBe(DNS_QUERY);
});

test('a wish for an answer by unicast makes no other question', () => {
  expect(changed('00 01 00 01  #', '00 01 80 01 #').token).toBe(read(hex(QUERY)).token);
});

const HEADER = '00 2a 01 00 00 01 00 00 00 00 00 00';
/** A question about a name of these labels' lengths. */
const named = (...lengths: number[]) =>
  read(
    hex(
      `${HEADER} ${lengths.map((one) => one.toString(16).padStart(2, '0') + '61'.repeat(one)).join('')} 00 00 01 00 01`,
    ),
  );

test('names as long as names may be, and longer', () => {
  expect(named().role).toBe(DNS_QUERY);
  expect(named(63).role).toBe(DNS_QUERY);
  expect(named(64).role).toBe(DNS_NONE);
  expect(named(63, 63, 63, 61).role).toBe(DNS_QUERY);
  expect(named(63, 63, 63, 62).role).toBe(DNS_NONE);
});

test('letters differ in case only, from A to Z; other characters are what they are', () => {
  const tokenOf = (character: string) => changed('77 77 77', `77 ${character} 77`).token;
  for (const [upper, lower] of [
    ['41', '61'],
    ['5a', '7a'],
  ])
    expect(tokenOf(upper)).toBe(tokenOf(lower));
  for (const [one, other] of [
    ['40', '60'],
    ['5b', '7b'],
    ['5f', '7f'],
    ['10', '30'],
  ])
    expect(tokenOf(one)).not.toBe(tokenOf(other));
});
