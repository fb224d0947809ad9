import { formatIp, type Ip, parseIp, sameIp } from '../addr/ip.ts';
import type { HostState } from '../linux/host-state.ts';
import { castOf } from '../reason/trip/cast.ts';
import { bearerOf, roundTrip } from '../reason/trip/round-trip.ts';
import type { Trip, TripQuestion } from '../reason/trip/trip.ts';
import { renderTripJson } from '../report/json/trip.ts';
import { renderTrip } from '../report/text/trip.ts';
import { EXIT_FOUND, EXIT_INCOMPLETE, EXIT_NOTHING_WRONG, type Finish } from './exit-code.ts';
import { readHostState } from './given-host.ts';
import { tell } from './messages.ts';
import { readSources } from './sources.ts';
import { type Terminal, wantsColor, widthOf } from './terminal.ts';
import type { TraceFlags } from './trace-flags.ts';
import { UsageError } from './usage-error.ts';

export async function runTrace(
  given: readonly string[],
  flags: TraceFlags,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  const { stdout, env } = terminal;
  const hosts = await readHosts(given, flags.quiet ?? false, terminal);
  const question = questionOf(flags, hosts);
  const trip = roundTrip(question);
  const options = {
    width: widthOf(stdout),
    color: wantsColor(flags.color, stdout, env),
    verbose: flags.verbose ?? false,
  };
  finish(EXITS[trip.verdict]);
  stdout.write(
    flags.format === 'json' ? renderTripJson(trip, question) : renderTrip(trip, question, options),
  );
}

const EXITS: Record<Trip['verdict'], number> = {
  arrives: EXIT_NOTHING_WRONG,
  fails: EXIT_FOUND,
  depends: EXIT_INCOMPLETE,
  'cannot-tell': EXIT_INCOMPLETE,
};

async function readHosts(
  given: readonly string[],
  quiet: boolean,
  { stderr }: Terminal,
): Promise<HostState[]> {
  const sources = await readSources(given);
  if (!sources.ok) throw new UsageError(sources.error);
  if (!quiet) for (const warning of sources.value.warnings) tell(stderr, `warning: ${warning}`);
  const states: HostState[] = [];
  for (const { name, paths, stdin } of sources.value.hosts) {
    if (stdin) throw new UsageError(`${name}=-: a trace needs host states as files, not a capture`);
    const own = paths.map((one) => one.path);
    states.push(await readHostState(name, own, stderr, quiet));
  }
  return states;
}

function questionOf(flags: TraceFlags, hosts: readonly HostState[]): TripQuestion {
  const to = parseIp(flags.to);
  if (!to) throw new UsageError(`--to ${flags.to}: expected an IPv4 or IPv6 address`);
  const origin = originOf(flags.from, hosts);
  const cast = castOf(to, origin.from, hosts);
  if (cast)
    throw new UsageError(`--to ${flags.to} is a ${cast} address: a trace follows unicast packets only`);
  if (origin.address && origin.address.family !== to.family)
    throw new UsageError(`--from ${flags.from} and --to ${flags.to} are not of one family`);
  if (!origin.from && !bearerOf(hosts, to))
    throw new UsageError(`no host given bears ${flags.from} or ${flags.to}: one end at least must be known`);
  const { tcp, udp, tos = 0, strictNetwork = false } = flags;
  const protocol = tcp ? 'tcp' : udp ? 'udp' : 'icmp';
  return { ...origin, to, protocol, port: tcp ?? udp ?? 0, tos, strictNetwork, hosts };
}

type Origin = Pick<TripQuestion, 'from' | 'device' | 'address'>;

/** `HOST`, `HOST:INTERFACE`, `HOST:ADDRESS` or `HOST:ADDRESS%INTERFACE`; a host's name may hold no colon. `ADDRESS`: a host given or not. */
function originOf(text: string, hosts: readonly HostState[]): Origin {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const from = hosts.find((one) => one.name === name);
  const bare = parseIp(text);
  // `db:fd00::1` is an address, too, but a host that was given is meant.
  if (bare && !(from && colon >= 0 && isOwnAddress(from, text.slice(colon + 1))))
    return { from: bearerOf(hosts, bare), address: bare, device: null };
  if (!from) {
    const known = hosts.map((one) => one.name).join(', ');
    throw new UsageError(`--from names ${name}, but the hosts are ${known}; use one of these names`);
  }
  const bound = colon < 0 ? '' : text.slice(colon + 1);
  const [first, second] = bound.split('%');
  const address = parseIp(first) ?? null;
  const device = second ?? (address || first === '' ? null : first);
  return { from, address: checkedAddress(from, address), device: checkedDevice(from, device) };
}

function isOwnAddress(host: HostState, text: string): boolean {
  const address = parseIp(text);
  return !!address && host.addresses.some((one) => sameIp(one.prefix.address, address));
}

function checkedAddress(from: HostState, address: Ip | null): Ip | null {
  const own = from.addresses.map((one) => one.prefix.address);
  if (!address || own.length === 0 || own.some((one) => sameIp(one, address))) return address;
  const known = own.filter((one) => one.family === address.family).map(formatIp);
  throw new UsageError(`${from.name} has no address ${formatIp(address)}; it has ${known.join(', ')}`);
}

function checkedDevice(from: HostState, device: string | null): string | null {
  const own = from.links.map((one) => one.name);
  if (device === null || own.length === 0 || own.includes(device)) return device;
  throw new UsageError(`${from.name} has no interface ${device}; it has ${own.join(', ')}`);
}
