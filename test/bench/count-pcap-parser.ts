import { createReadStream } from 'node:fs';
import pcapParser from 'pcap-parser';

/** Counts a capture's packets with pcap-parser and does nothing else. */
let packets = 0;
const parser = pcapParser.parse(createReadStream(process.argv[2]));
parser.on('packet', () => {
  packets++;
});
parser.on('end', () => {
  process.stdout.write(`${packets}\n`);
});
