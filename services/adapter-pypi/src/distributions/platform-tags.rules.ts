// Platforms whose meaning is written down somewhere (PEP 425, 513, 571, 599), as Warehouse has them.
const named = new Set([
  ...['any', 'win32', 'win_arm64', 'win_amd64', 'win_ia64', 'linux_armv6l', 'linux_armv7l'],
  ...['manylinux1_x86_64', 'manylinux1_i686', 'manylinux2010_x86_64', 'manylinux2010_i686'],
  ...['x86_64', 'i686', 'aarch64', 'armv7l', 'ppc64', 'ppc64le', 's390x'].map((arch) => `manylinux2014_${arch}`),
]);
const linuxArchitectures = '(?:x86_64|i686|aarch64|armv7l|ppc64le|s390x|riscv64)';
const macArchitectures = '(?:ppc|ppc64|i386|x86_64|arm64|intel|fat|fat3|fat64|universal|universal2)';

const patterns: readonly RegExp[] = [
  // PEP 600 and PEP 656: the oldest C library that it works with.
  new RegExp(`^manylinux_\\d{1,3}_\\d{1,3}_(?:${linuxArchitectures}|ppc64)$`),
  new RegExp(`^musllinux_\\d{1,3}_\\d{1,3}_${linuxArchitectures}$`),
  // The minor version counted until macOS 10; since then it is 0, and the major version counts.
  new RegExp(`^macosx_10_\\d{1,3}_${macArchitectures}$`),
  new RegExp(`^macosx_(?:1[1-9]|2\\d|3\\d)_0_${macArchitectures}$`),
  // PEP 730, PEP 738, PEP 783.
  /^ios_\d{1,3}_\d{1,3}_(?:arm64|x86_64)_(?:iphoneos|iphonesimulator)$/,
  /^android_\d{1,3}_(?:armeabi_v7a|arm64_v8a|x86|x86_64)$/,
  /^pyemscripten_\d{4}_\d{1,3}_wasm32$/,
];

/**
 * Whether wheels of this platform tag work on other machines than that which built them (PEP 425 "Platform Tag" and its
 * successors): `manylinux_2_17_x86_64` does, `linux_x86_64` does not.
 */
export function isPortablePlatform(tag: string): boolean {
  return named.has(tag) || patterns.some((pattern) => pattern.test(tag));
}
