/* Runs a fuzz target over stored inputs without libFuzzer, so that every find stays fixed under any compiler.
 * Usage: TARGET FILE_OR_FOLDER... Prints how many inputs ran; none at all is a failure. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* A target may have one; then it is called first, as libFuzzer does. */
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

static int runs;

static void run_file(const char *path, size_t size)
{
    FILE *f = fopen(path, "rb");
    /* Exactly as large as the input, so that a sanitizer sees the first byte read beyond it. */
    uint8_t *data = malloc(size == 0 ? 1 : size);

    if (f == NULL || data == NULL || fread(data, 1, size, f) != size) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    fclose(f);
    fprintf(stderr, "%s\n", path); /* the last one named is the one that crashed */
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    runs++;
}

static void run_path(const char *path)
{
    struct stat st;
    struct dirent **entries;
    int count;

    if (stat(path, &st) != 0) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    if (!S_ISDIR(st.st_mode)) {
        run_file(path, (size_t)st.st_size);
        return;
    }
    count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char *below = NULL;

        if (entries[i]->d_name[0] != '.' && asprintf(&below, "%s/%s", path, entries[i]->d_name) > 0)
            run_path(below);
        free(below);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

int main(int argc, char **argv)
{
    if (LLVMFuzzerInitialize != NULL)
        LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++)
        run_path(argv[i]);
    printf("%d inputs\n", runs);
    return runs > 0 ? 0 : 1;
}
