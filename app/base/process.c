/* See process.h. */
#include "base/process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static int64_t count_entries(const char *path)
{
    DIR *dir = opendir(path);
    int64_t count = 0;

    if (dir == NULL)
        return 0;
    for (const struct dirent *d = readdir(dir); d != NULL; d = readdir(dir))
        count += d->d_name[0] != '.';
    closedir(dir);
    return count;
}

/* "size resident shared ..." in pages. */
static int64_t rss_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    char line[128] = "", *at = line;

    if (file == NULL)
        return 0;
    if (fgets(line, sizeof line, file) != NULL)
        strtoll(line, &at, 10);
    fclose(file);
    return strtoll(at, NULL, 10) * sysconf(_SC_PAGESIZE);
}

struct process_facts process_facts(void)
{
    struct process_facts facts = { .rss_bytes = rss_bytes(),
                                   .open_fds = count_entries("/proc/self/fd"),
                                   .threads = count_entries("/proc/self/task") };
    struct rusage used;

    if (getrusage(RUSAGE_SELF, &used) == 0)
        facts.cpu_ms = (int64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
                       (int64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
    return facts;
}
