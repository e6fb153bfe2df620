/* /healthz, /readyz and /metrics: for whatever watches the server. No document's; no token. */
#ifndef HANDLERS_SITE_HEALTH_H
#define HANDLERS_SITE_HEALTH_H

#include "http/dialect.h"

extern const struct dialect health_dialect;

/* Everything /metrics tells, in Prometheus' text format 0.0.4; arena. */
enum err metrics_text(struct ctx *cx, const char **text_r);

#endif
