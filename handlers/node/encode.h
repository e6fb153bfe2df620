/* Domain structs as node's JSON, and its times, which are those of Asia/Shanghai. */
#ifndef HANDLERS_NODE_ENCODE_H
#define HANDLERS_NODE_ENCODE_H

#include <cjson/cJSON.h>

#include "db/accounts.h"

/* 用户DTO; owned. */
cJSON *node_user(struct arena *a, const struct account *account);
/* A time as a client writes it: "yyyy-MM-dd HH:mm:ss", the same with T (and a fraction, and Z or an
 * offset), or [y, M, d, h, m, s, ns]. *second_ms_r: the beginning of that second. false: none of
 * these. */
bool node_time(const cJSON *node, int64_t *second_ms_r);

#endif
