import type { HostState, Link } from './host-state.ts';

/** A bridge may have a bond as its port, and that a VLAN's; more is a circle. */
const DEEPEST = 4;

/**
 * The device that routing and the firewall see a packet come in by: a bridge, bond or team hands on what its ports take in
 * as its own (br_handle_frame, bond_handle_frame, team_handle_frame change skb->dev), so no rule, address or setting of a port counts.
 */
export function networkDevice(state: HostState, device: string): string {
  return devicesUp(state, device).at(-1) ?? device;
}

/** The device itself and those that its packets come in by in turn, the one that routing sees last. */
export function devicesUp(state: HostState, device: string): string[] {
  const devices = [device];
  while (devices.length <= DEEPEST) {
    const master = masterOf(state, devices[devices.length - 1]);
    if (master === null) break;
    devices.push(master);
  }
  return devices;
}

function masterOf({ links }: HostState, device: string): string | null {
  const name = links.find((one) => one.name === device)?.master ?? null;
  const master = links.find((one) => one.name === name);
  return master && (isVrf(master) || isSwitch(master)) ? null : name;
}

/** The members of a VRF keep their own addresses; only `-d` names the kind, but no other master does without ARP. */
function isVrf({ linkKind, flags }: Link): boolean {
  return linkKind === null ? flags.has('NOARP') : linkKind === 'vrf';
}

/** Open vSwitch hands on to whatever its flows say, not to the datapath's own device. */
function isSwitch({ linkKind, name }: Link): boolean {
  return linkKind === 'openvswitch' || name === 'ovs-system';
}
