/* The names and meanings of err.def as text, so that logs and failing tests speak. */
#include "base/err.h"

static const struct {
    const char *name;
    const char *meaning;
} texts[] = {
#define X(name, meaning) { #name, meaning },
#include "base/err.def"
#undef X
};

static const unsigned count = sizeof texts / sizeof texts[0];

const char *err_name(enum err e)
{
    return (unsigned)e < count ? texts[e].name : "ERR_UNKNOWN";
}

const char *err_meaning(enum err e)
{
    return (unsigned)e < count ? texts[e].meaning : "a number that is no error";
}
