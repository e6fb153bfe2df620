/* Forced into every source of ours (-include): library calls that overflow, hide errors or keep
 * state shared by all threads do not compile; the undeclared name in the error says what to use
 * instead. The idea is git's banned.h. CivetWeb's source is foreign and compiled without this. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* These declare what is hidden below; a later #include of them is then empty. */
#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#undef strcpy
#define strcpy(...) banned_use_arena_strdup_or_struct_buf
#undef strcat
#define strcat(...) banned_use_struct_buf
#undef strncpy
#define strncpy(...) banned_use_arena_strndup_or_memcpy
#undef strncat
#define strncat(...) banned_use_struct_buf
#undef stpcpy
#define stpcpy(...) banned_use_struct_buf
#undef sprintf
#define sprintf(...) banned_use_snprintf_or_arena_printf
#undef vsprintf
#define vsprintf(...) banned_use_vsnprintf_or_arena_vprintf
#undef gets
#define gets(...) banned_use_getline

#undef atoi
#define atoi(...) banned_use_num_i64
#undef atol
#define atol(...) banned_use_num_i64
#undef atoll
#define atoll(...) banned_use_num_i64
#undef atof
#define atof(...) banned_use_num_f64
#undef scanf
#define scanf(...) banned_use_the_parsers_of_base_num
#undef fscanf
#define fscanf(...) banned_use_the_parsers_of_base_num
#undef sscanf
#define sscanf(...) banned_use_the_parsers_of_base_num

#undef strtok
#define strtok(...) banned_use_strcspn_or_strsep
#undef gmtime
#define gmtime(...) banned_use_gmtime_r
#undef localtime
#define localtime(...) banned_use_localtime_r
#undef asctime
#define asctime(...) banned_use_strftime
#undef ctime
#define ctime(...) banned_use_strftime
#undef rand
#define rand(...) banned_use_crypto_random
#undef srand
#define srand(...) banned_use_crypto_random
#undef random
#define random(...) banned_use_crypto_random

#undef alloca
#define alloca(...) banned_use_an_arena
#undef sleep
#define sleep(...) banned_wait_for_the_event_itself
#undef usleep
#define usleep(...) banned_wait_for_the_event_itself
#undef mktemp
#define mktemp(...) banned_use_mkstemp
#undef tmpnam
#define tmpnam(...) banned_use_mkstemp

#endif
