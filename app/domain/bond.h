/* What a socket is for, where that is less than everything its person hears. */
#ifndef DOMAIN_BOND_H
#define DOMAIN_BOND_H

#include <stdint.h>

struct bond {
    int64_t tag;       /* a group; 0: the socket is for everything */
    int word;          /* the dialect's own */
    const char *label; /* what people call it; NULL: nothing */
};

#endif
