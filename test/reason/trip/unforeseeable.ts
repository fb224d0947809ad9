/** Cases whose probe goes another way than foretold, and why no host state can tell it beforehand. */
export const UNFORESEEABLE: Readonly<Record<string, string>> = {
  'arp-flux': 'two cards in one network: which of them answers ARP first is a race',
  'gateway6-passed-over':
    'the neighbour table was saved before anybody asked for the gateway that is not there',
  'gateway6-unresolved':
    'the neighbour table was saved before anybody asked for the gateway that is not there',
  'multipath-by-port': 'the address asked is on lo: by which card it comes in is for the network to choose',
  'connection-stalls-with-data':
    'the handshake is foretold; the size of the data behind it is not part of the question',
  'triangle-ack-dropped': 'a firewall between the hosts, of which no state was given, drops the ACK',
  '06c-udp-any-bound-responder':
    'one of the two askers has a socket that is not connected; it takes any answer',
};

/** Differences that nothing explains. */
export function unexplained(differ: readonly string[]): readonly string[] {
  return differ.filter((line) => !(line.split(' ')[0] in UNFORESEEABLE));
}
