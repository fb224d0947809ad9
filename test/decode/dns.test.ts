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
  readDns(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, message);
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
])('%s is no DNS message', (_, from, to) => {
  expect(changed(from, to).role).toBe(DNS_NONE);
});

test('no shorter prefix is one', () => {
  const bytes = hex(QUERY);
  for (let length = 0; length < bytes.length; length++)
    expect(read(bytes.slice(0, length)).role).toBe(DNS_NONE);
});
