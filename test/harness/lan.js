'use strict';
/* An address of this machine that others could reach it by, and that a local CA may vouch for. Where the machine has
 * none (a bare container), one is put on the loopback interface for as long as the test runs. */
const { execFileSync } = require('node:child_process');
const net = require('node:net');
const os = require('node:os');

const PRIVATE = new net.BlockList();
for (const [range, bits] of [['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16]]) PRIVATE.addSubnet(range, bits);
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

const familyOf = (address) => (net.isIPv6(address) ? 'ipv6' : 'ipv4');

/* {address, host (for URLs), release()}. */
function lanAddress() {
    const found = Object.values(os.networkInterfaces()).flat()
        .find((one) => !one.internal && PRIVATE.check(one.address, familyOf(one.address)));
    if (found) return { address: found.address, host: net.isIPv6(found.address) ? `[${found.address}]` : found.address, release() {} };
    return dummyAddress();
}

/* An IPv4 address of this process's own; needs root. */
function dummyAddress() {
    const address = `10.213.${(process.pid >> 8) & 255}.${(process.pid & 127) + 1}`;
    const ip = (verb) => execFileSync('ip', ['address', verb, `${address}/32`, 'dev', 'lo']);
    ip('add');
    return { address, host: address, release: () => ip('del') };
}

module.exports = { lanAddress, dummyAddress };
