import type { Lab } from './lab.ts';
import type { Node } from './scenario.ts';

/** Resolves every gateway, as on servers that have been running for a while. */
export async function meetGateways(lab: Lab): Promise<void> {
  await Promise.all(lab.nodes.map((node) => waitForLinks(lab, node)));
  const pings = (['a', 'b'] as const).flatMap((node) =>
    lab.plan[node].cards.flatMap((card) =>
      [card.gateway4, card.gateway6].map((gateway) =>
        lab.run(node, ['ping', '-n', '-c', '1', '-W', '1', '-I', card.name, gateway]),
      ),
    ),
  );
  await Promise.all(pings);
}

/** What is sent before the kernel has taken note of the carrier is lost, and asked for again only a second later. */
async function waitForLinks(lab: Lab, node: Node): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    const outcome = await lab.run(node, ['ip', '-br', 'link']);
    if (!/ (DOWN|LOWERLAYERDOWN) /.test(outcome.stdout)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${lab.title(node)}: a link is still down after three seconds`);
}
