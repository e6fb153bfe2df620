/* See all.h. */
#include "handlers/all.h"

#include "handlers/files/files.h"
#include "handlers/freeim/freeim.h"
#include "handlers/node/node.h"
#include "handlers/qiniu/qiniu.h"
#include "handlers/room/room.h"
#include "handlers/site/health.h"
#include "handlers/site/site.h"
#include "handlers/togetherchat/togetherchat.h"
#include "handlers/trust/trust.h"

const struct dialect *const dialects[] = {
    &freeim_dialect,       &node_dialect, &qiniu_dialect, &files_dialect,  &site_dialect,
    &togetherchat_dialect, &room_dialect, &trust_dialect, &health_dialect,
};
const size_t dialect_count = sizeof dialects / sizeof dialects[0];
