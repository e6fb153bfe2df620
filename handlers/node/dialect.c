/* Where the node dialect stands: on listeners of its own, so that GET /user/{username} shadows
 * nobody's paths (facts 12.2) and nothing of it can be asked where people come in. */
#include "handlers/node/node.h"

static const struct section *const sections[] = { &node_chat_section, &node_rebalance_section,
                                                  &node_user_section };

const struct dialect node_dialect = {
    .name = "node",
    .mount = "",
    .is_apart = true,
    .sections = sections,
    .section_count = sizeof sections / sizeof sections[0],
    .envelope = node_envelope,
};
