/* node: reBalance. */
#include "base/log.h"
#include "base/str.h"
#include "handlers/node/node.h"

struct rebalance {
    const char *host;
    int64_t count;
};
SPEC(rebalance, F_STR(rebalance, host, IN_QUERY | IN_BODY, "host", REQUIRED, 1, 255),
     F_I64(rebalance, count, IN_QUERY | IN_BODY, "reBalanceNumber", REQUIRED, INT32_MIN,
           INT32_MAX));

/* POST /reBalance/handler: sends that many connected clients to another host. How often, the caller
 * decides: upstream's manager asks at most every two minutes (facts 9). */
static enum err rebalance(struct req *rq, const void *args)
{
    const struct rebalance *a = args;
    const struct services *sv = rq->cx.sv;
    struct event ev = { .kind = EV_MOVE, .move = { .host = a->host, .at_ms = ctx_now(&rq->cx) } };
    int64_t moved;

    if (str_has_control(a->host)) {
        rq->fault = "host: not a host";
        return ERR_BAD_FIELD;
    }
    moved = sv->move != NULL ? sv->move(sv->hub, a->count, &ev) : 0;
    log_info("move", "%lld of %lld sockets sent to %s", (long long)moved, (long long)a->count,
             a->host);
    node_answer(rq, true);
    return OK;
}

static const struct route routes[] = {
    { POST, "/reBalance/handler", ACCESS_SERVICE, rebalance, &rebalance_spec, NULL },
};
const struct section node_rebalance_section = SECTION(routes);
