/* What the kernel says about this process. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdint.h>

struct process_facts {
    int64_t rss_bytes;
    int64_t cpu_ms; /* user and system */
    int64_t open_fds;
    int64_t threads;
};
/* What cannot be told is 0. Any thread. */
struct process_facts process_facts(void);

#endif
