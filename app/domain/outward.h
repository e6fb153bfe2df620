/* From a point outward over all that has a place, nearest first. Looks through squares of the globe
 * (base/geo.h), quartering those that hold much, so it costs about as much as is found, however much
 * there is elsewhere. */
#ifndef DOMAIN_OUTWARD_H
#define DOMAIN_OUTWARD_H

#include "base/arena.h"
#include "base/err.h"
#include "db/places.h"
#include "db/rows.h"

struct outward {
    double longitude, latitude, radius_m;
    /* What is in these cells, at most cells->limit of it. */
    enum err (*places)(void *arg, const struct cells *cells, struct located **list_r,
                       size_t *count_r);
    void *arg;
    struct rows ahead; /* a heap of struct step, the nearest on top */
};

/* Takes what the caller has filled in but for ahead. a must live as long as the walk. */
void outward_begin(struct outward *o, struct arena *a);
/* The next nearest, to a few centimetres; of those in one cell, the lower ids first. *id_r 0: nothing
 * more is within the radius. Each comes once as long as nothing moves meanwhile. Errors: of places. */
enum err outward_next(struct outward *o, int64_t *id_r);

#endif
