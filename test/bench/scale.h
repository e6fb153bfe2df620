/* What the store of the scale bench holds: filled by scale_fill.c, asked by scale.c. */
#ifndef BENCH_SCALE_H
#define BENCH_SCALE_H

#include <stdint.h>

#include "domain/ctx.h"

#define GROUP_SIZE 500
#define FRIENDS 200          /* of each of the talkers */
#define TALKERS 100          /* the first so many people, who write to their friends */
#define LONG_SHARE 10        /* one message of so many is in the one long conversation */
#define FIRST_FRIEND 1000    /* the number of the first friend of all talkers */
#define CITY_LONGITUDE 116.4 /* half of all that has a place is within 30 km of here */
#define CITY_LATITUDE 39.95
#define PASSWORD "correct-horse-7" /* of the first of all, who asks over HTTP */

struct scale {
    struct services sv;
    struct arena *arena;
    int64_t people, messages;
    int64_t big_groups; /* of GROUP_SIZE members; there are as many groups in all as people */
};

/* Where the member stands in the group's count (0: the owner) as an account. */
int64_t member_of(const struct scale *sc, int64_t group, int64_t place);
/* The same sequence every time, so that two runs measure the same store. */
int64_t pick(int64_t below);
_Noreturn void die(const char *what);
void must(enum err e, const char *what);
/* Fills a store in memory and writes it to path, telling on stderr what takes how long. The texts
 * come from Debian's packages fortunes and fortunes-zh. */
void fill(struct scale *sc, const char *path);

#endif
