'use strict';
/* A page under axe-core, in both themes. */
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');

const AXE = fs.readFileSync(path.join(path.dirname(require.resolve('axe-core')), 'axe.min.js'), 'utf8');

/* The dark theme differs in its colours only. */
const RUNS = {
    light: { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] },
    dark: { runOnly: { type: 'rule', values: ['color-contrast'] } },
};

/* The element, and of a contrast what axe measured there. */
function where({ target, any }) {
    const { fgColor, bgColor, contrastRatio } = any[0]?.data || {};
    return target.join(' ') + (contrastRatio ? ` (${fgColor} on ${bgColor}: ${contrastRatio})` : '');
}

/* What axe finds on the page now that is serious or worse, in both themes. */
async function findings(visitor) {
    const found = [];
    await visitor.page.evaluate(AXE);
    for (const [colorScheme, options] of Object.entries(RUNS)) {
        await visitor.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const violations = await visitor.page.evaluate(async (how) => {
            // What still moves comes to its end first.
            for (;;) {
                await new Promise((resolve) => requestAnimationFrame(resolve));
                const moving = document.getAnimations()
                    .filter((one) => one.effect.getComputedTiming().iterations !== Infinity);
                if (moving.length === 0) break;
                await Promise.allSettled(moving.map((one) => one.finished));
            }
            return (await window.axe.run(document, { ...how, resultTypes: ['violations'] })).violations;
        }, options);
        for (const { id, impact, nodes } of violations) {
            if (impact !== 'serious' && impact !== 'critical') continue;
            found.push(`${colorScheme} ${id}: ${nodes.slice(0, 4).map(where).join(', ')}`);
        }
    }
    return found;
}

/* Fails with what axe finds that is serious or worse. */
const clean = async (visitor, what) => assert.deepEqual(await findings(visitor), [], what);

module.exports = { clean };
