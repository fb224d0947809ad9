import type { FindingKind } from '../../finding/finding.ts';
import type { CauseKind } from '../../reason/cause.ts';
import { FILTER_CAUSES } from './causes-filter.ts';
import { MARK_CAUSES } from './causes-mark.ts';
import { NEIGHBOUR_CAUSES } from './causes-neighbour.ts';
import { NETWORK_CAUSES } from './causes-network.ts';
import { ROUTE_CAUSES } from './causes-route.ts';
import { RULE_CAUSES } from './causes-rule.ts';
import { SERVICE_CAUSES } from './causes-service.ts';
import { SOURCE_CAUSES } from './causes-source.ts';
import type { Explanation } from './explanation.ts';
import { CONNECTION_FINDINGS } from './findings-connection.ts';
import { REPLY_FINDINGS } from './findings-reply.ts';
import { REQUEST_FINDINGS } from './findings-request.ts';

/** Every kind a report may name; the compiler demands those that are missing. */
export const FINDINGS: Record<FindingKind, Explanation> = {
  ...REQUEST_FINDINGS,
  ...REPLY_FINDINGS,
  ...CONNECTION_FINDINGS,
};

export const CAUSES: Record<CauseKind, Explanation> = {
  ...ROUTE_CAUSES,
  ...RULE_CAUSES,
  ...MARK_CAUSES,
  ...FILTER_CAUSES,
  ...SOURCE_CAUSES,
  ...NEIGHBOUR_CAUSES,
  ...SERVICE_CAUSES,
  ...NETWORK_CAUSES,
};

export const EXPLANATIONS: Record<FindingKind | CauseKind, Explanation> = { ...FINDINGS, ...CAUSES };
