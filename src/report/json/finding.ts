import { formatIp, type Ip } from '../../addr/ip.ts';
import { formatIso } from '../../addr/time.ts';
import type { Sighting } from '../../exchange/sighting.ts';
import type { Finding, Place } from '../../finding/finding.ts';
import type { Remedy } from '../../remedy/remedy.ts';
import type { Diagnosis } from '../analysis.ts';
import { summaryOf } from '../frame-words.ts';
import { gapWords } from '../seen-words.ts';
import { causeJson } from './cause.ts';

export function findingJson({ finding, sentence, causes, remedies }: Diagnosis) {
  const { kind, level, basis, protocol, originator, responder, probe, count, path } = finding;
  return {
    kind,
    level,
    basis,
    sentence,
    protocol,
    originator,
    responder,
    probe: { src: address(probe.src), dst: address(probe.dst), dstPort: probe.dstPort },
    count,
    answeredAlike: finding.answeredAlike,
    first: formatIso(finding.first),
    last: formatIso(finding.last),
    path: {
      requestLeft: place(path.requestLeft),
      requestReached: place(path.requestReached),
      replyLeft: place(path.replyLeft),
      replyReached: place(path.replyReached),
    },
    translated: translated(finding.translated),
    distinction: distinction(finding.distinction),
    late: late(finding.late),
    evidence: finding.evidence.map(evidenceJson),
    unproven: finding.witness.missing.map(gapWords),
    causes: causes.map(causeJson),
    remedies: remedies.map(remedyJson),
  };
}

function place(one: Place | null) {
  return one && { host: one.host, interface: one.interface, src: formatIp(one.src) };
}

function translated(one: Finding['translated']) {
  return one && { host: one.host, src: formatIp(one.src), dst: formatIp(one.dst) };
}

function late(one: Finding['late']) {
  return one && { interface: one.interface, seconds: one.nanos / 1e9, repeats: one.repeats };
}

/** Addresses and times as text, the rest as it is. */
function distinction(one: Finding['distinction']) {
  if (one?.kind === 'time') return { ...one, moment: formatIso(one.moment) };
  if (one?.kind === 'source-address') return { ...one, worked: one.worked.map(formatIp) };
  return one;
}

function evidenceJson(one: Sighting) {
  return {
    file: one.file,
    frame: one.frame,
    time: formatIso(one.time),
    host: one.host,
    interface: one.interface,
    direction: one.direction,
    summary: summaryOf(one),
  };
}

function remedyJson(one: Remedy) {
  const { kind, host, commands, undo, persist, verified, assumed, changesOtherFlows } = one;
  return { kind, host, commands, undo, persist, verified, assumed, changesOtherFlows };
}

function address(ip: Ip | null): string | null {
  return ip && formatIp(ip);
}
