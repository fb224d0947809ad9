/** Cases whose probe goes another way than foretold, and why no host state can tell it beforehand. */
export const UNFORESEEABLE: Readonly<Record<string, string>> = {
  ...because('two cards in one network: which of them answers ARP first is a race', [
    'arp-flux',
    'flux-at-responder',
    'flux-meets-firewall',
    'flux-meets-strict',
    'source-rule-against-strict',
  ]),
  ...because('the address asked is on lo: by which card it comes in is for the network to choose', [
    'multipath-by-port',
    'service-address-unruled',
    'service-address-ruled',
  ]),
  ...because('the handshake is foretold; the size of the data behind it is not part of the question', [
    'connection-stalls-with-data',
    'download-stalls',
    'download-deaf-to-errors',
  ]),
  ...because('rules that depend on what went before (limits, recent addresses) stand in the way', [
    'undecided-rules-let-pass',
    'drop-behind-undecided-rules',
  ]),
  'gateway6-unresolved':
    'the neighbour table was saved before anybody asked for the gateway that is not there',
  'triangle-ack-dropped': 'a firewall between the hosts, of which no state was given, drops the ACK',
  '06c-udp-any-bound-responder':
    'one of the two askers has a socket that is not connected; it takes any answer',
};

function because(reason: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}

/** Differences that nothing explains. */
export function unexplained(differ: readonly string[]): readonly string[] {
  return differ.filter((line) => !(line.split(' ')[0] in UNFORESEEABLE));
}
