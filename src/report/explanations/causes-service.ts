import type { Explanation } from './explanation.ts';
import { step } from './explanation.ts';

/** Nobody takes the connection. */
export const SERVICE_CAUSES = {
  'port-closed': {
    title: 'nobody listens on that port',
    see: ['"Connection refused": a SYN in, a RST out, at once.'],
    why: [
      'Without a listening socket the kernel answers a SYN with a reset. It proves that the packets come and go.',
    ],
    check: [step('On the responder:', 'ss -ltnp sport = :PORT')],
    ways: [step('Start the service, or ask the right port.', 'systemctl status SERVICE')],
  },
  'listener-on-other-address': {
    title: 'the service listens, but only on another address of the host',
    see: ['"Connection refused" on one address of the host, success on another.'],
    why: [
      'A socket bound to one address takes connections to that address only, whatever interface they come in on.',
    ],
    check: [
      step('The local address in this list must be the one asked, or a wildcard:', 'ss -ltnp sport = :PORT'),
    ],
    ways: [
      step(
        'Let the service listen on the address that is asked, or on all (0.0.0.0, [::]).',
        'ss -ltn sport = :PORT',
      ),
    ],
  },
  'listen-queue-full': {
    title: 'the accept queue of the listener is full, so SYNs are dropped',
    see: [
      'SYN in, nothing out, as with a reverse-path filter. But ping works, and TcpExtListenOverflows rises instead of TcpExtIPReversePathFilter.',
    ],
    why: [
      'The program does not accept connections as fast as they come. When the queue is full the kernel drops further SYNs and lets the originator ask again.',
    ],
    check: [
      step(
        'Recv-Q above Send-Q is the sign of it:',
        'ss -ltn sport = :PORT',
        'nstat -az TcpExtListenOverflows TcpExtListenDrops',
      ),
    ],
    ways: [
      step(
        'Find out why the program does not accept; a longer queue only helps against bursts. The program must ask for it with listen(), too.',
        'sysctl -w net.core.somaxconn=4096',
      ),
    ],
  },
} as const satisfies Record<string, Explanation>;
