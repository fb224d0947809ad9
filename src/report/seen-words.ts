import { formatIp } from '../addr/ip.ts';
import type { Sizes } from '../exchange/correlation.ts';
import type { Translated } from '../exchange/exchange.ts';
import type { Distinction, Finding, Late, WitnessGap } from '../finding/finding.ts';
import { counted } from './counts-words.ts';
import { clockOf, duration, spanOf, type Zone } from './moment.ts';

/** How often, when, and what the other side saw of it. */
export function seenWords(finding: Finding, zone: Zone): string {
  const { count, first, last } = finding;
  const what = count === 1 ? 'one exchange like this' : `${count} exchanges like this`;
  const asked = finding.kind === 'request-not-sent' ? notSentCount(finding) : what;
  return [`${asked}, ${spanOf(first, last, zone)}`, ...others(finding, zone)].join('; ');
}

function notSentCount({ unresolved, count }: Finding): string {
  if (!unresolved) return counted(count, 'request');
  return `asked for ${formatIp(unresolved.target)} ${counted(unresolved.asked, 'time')}, on behalf of ${formatIp(unresolved.tell)}`;
}

function others(finding: Finding, zone: Zone): string[] {
  const { path, originator, witness, answeredAlike, count, level, translated, late } = finding;
  const words: string[] = [];
  if (late) words.push(lateWords(finding, late));
  else if (path.replyReached === null && path.replyLeft !== null && witness.originatorCovered && originator) {
    words.push(`${originator} saw no reply to ${count === 1 ? 'it' : 'any'}`);
  }
  if (translated) words.push(translatedWords(translated, finding.translator));
  if (level === 'warning') words.push(wayWords(finding));
  if (answeredAlike > 0 && level !== 'warning')
    words.push(`${counted(answeredAlike, 'other exchange')} of the same probe got an answer`);
  if (finding.distinction) words.push(distinctionWords(finding.distinction, zone));
  return words;
}

function lateWords({ success, count }: Finding, { interface: device, nanos, repeats }: Late): string {
  const which = count === 1 ? 'it' : 'the first of them';
  const by = device ? ` that left by ${device}` : '';
  const after = `${duration(nanos)} and ${counted(repeats, 'repeated SYN')}`;
  return success === 'yes'
    ? `${which} worked after ${after}, with the SYN-ACK${by}`
    : `the SYN-ACK of ${which}${by} came after ${after}, when it was no longer waited for`;
}

function translatedWords({ host, src, dst }: Translated, translator: string | null): string {
  const ends = `${formatIp(src)} > ${formatIp(dst)}`;
  if (translator === host) return `${host} itself translated the request to ${ends}`;
  return `${translator ?? 'a box on the way'} translated the request: ${host} saw it as ${ends}`;
}

/** Of what took another way; whoever saw only the one end knows nothing of a success. */
function wayWords({ success }: Finding): string {
  return success === 'yes'
    ? 'it worked, but by a way that a filter would break'
    : 'a filter would break this way; whether the reply came home is not seen';
}

/** What sets those that failed apart from those that worked. */
function distinctionWords(one: Distinction, zone: Zone): string {
  switch (one.kind) {
    case 'size':
      return `those that failed bear ${rangeOf(one.failed)} behind the IP header, those that worked ${rangeOf(one.worked)}`;
    case 'time':
      return one.failed === 'after'
        ? `until ${clockOf(one.moment, zone)} it worked, since then none did`
        : `since ${clockOf(one.moment, zone)} it works`;
    case 'source-port':
      return `only the source ports differ: ${one.failed.join(', ')} failed, ${one.worked.join(', ')} worked`;
    case 'source-address':
      return `the same from ${one.worked.map(formatIp).join(', ')} worked`;
  }
}

function rangeOf({ least, most }: Sizes): string {
  return least === most ? counted(least, 'byte') : `${least} to ${counted(most, 'byte')}`;
}

type Gap<K extends WitnessGap['kind']> = Extract<WitnessGap, { kind: K }>;

/** Why an absence proves nothing, as a note. */
export function gapWords(gap: WitnessGap): string {
  const words = GAPS[gap.kind] as (one: WitnessGap) => string;
  return words(gap);
}

const GAPS: { readonly [K in WitnessGap['kind']]: (one: Gap<K>) => string } = {
  'no-capture': ({ host, role }) =>
    host ? `there is no capture of ${host}, the ${role}` : `none of the hosts supplied is the ${role}`,
  'no-frames': ({ host, role }) =>
    `the capture of ${host}, the ${role}, holds no frame; it is taken to have run at that time`,
  'other-time': ({ host, role }) => `the captures of ${host}, the ${role}, are of another time`,
  'request-unseen': ({ host, role }) =>
    `the captures of ${host}, the ${role}, do not show the request either, which it sent: they are of another time, or a filter hides it`,
  filtered: ({ host, what, protocol }) =>
    `the captures of ${host} show no such ${what} (${protocol}) even where others saw them: a filter hides them`,
  'some-interfaces': ({ host, interfaces }) =>
    `the captures of ${host} cover only ${interfaces.join(', ') || 'some interfaces'}`,
  'one-direction': ({ host, direction }) =>
    `the captures of ${host} hold only what ${direction === 'in' ? 'came in' : 'went out'}`,
  'all-out': ({ host }) =>
    `nothing at all came in by the captures of ${host}: so it is, too, where they hold only what went out (tcpdump -Q out)`,
  'kernel-drops': ({ host, dropped }) =>
    `the kernel dropped ${counted(dropped, 'packet')} while capturing on ${host}`,
  'cut-frames': ({ host, file, frames }) =>
    `${counted(frames, 'frame')} of ${file} of ${host} ${frames === 1 ? 'is' : 'are'} cut too short to tell what packets they are`,
  'syn-only': ({ host }) => `of TCP the captures of ${host} seem to hold SYNs only`,
  'same-capture': ({ host, file, sameAs }) =>
    `the frames of ${file} of ${host} were given for another host, too (${sameAs})`,
  disordered: ({ host, file }) => `time goes back in ${file} of ${host}`,
  damaged: ({ host, file }) => `${file} of ${host} is damaged`,
};
