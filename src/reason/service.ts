import type { HostState } from '../linux/host-state.ts';
import type { Cause, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';
import type { Request } from './request.ts';
import { socketCause } from './socket.ts';

/** The request is let in, and what should answer keeps silent. */
export function serviceCause(state: HostState, request: Request): Cause | null {
  return echoIgnored(state, request) ?? socketCause(state, request);
}

const ECHO_KEYS = { 4: 'net.ipv4.icmp_echo_ignore_all', 6: 'net.ipv6.icmp.echo_ignore_all' } as const;

function echoIgnored(state: HostState, request: Request): Cause | null {
  if (request.protocol !== 'icmp') return null;
  const key = ECHO_KEYS[request.destination.family];
  const setting = state.sysctls.get(key);
  if (!setting || setting.value.trim() === '0') return null;
  const source: CauseSource = {
    span: setting.span,
    mark: 'decides',
    label: 'echo requests are ignored',
    where: null,
  };
  return causeOf({
    kind: 'echo-ignored',
    host: state.name,
    sentence: `${state.name} ignores echo requests: ${key} is ${setting.value.trim()}`,
    sources: [source],
  });
}
