/* A clock that a test sets. The programs ask the C library for the time; loaded before it, this moves
   what it says by as much as the test has written into the file that GOBID_TEST_CLOCK names. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct orders {
    int64_t time_of_day; /* seconds */
    int64_t monotonic;   /* seconds */
    int64_t breaks;      /* how often the time of day is still to fail, in threads but the first */
};

static struct orders *orders;

__attribute__((constructor)) static void open_orders(void) {
    const char *file = getenv("GOBID_TEST_CLOCK");
    int opened = file == NULL ? -1 : open(file, O_RDWR | O_CLOEXEC);
    if (opened < 0)
        return;
    void *page = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0);
    if (page != MAP_FAILED)
        orders = page;
    close(opened);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    if (syscall(SYS_clock_gettime, clock, now) != 0)
        return -1;
    if (orders == NULL)
        return 0;
    if (clock == CLOCK_REALTIME && getpid() != gettid() &&
        __atomic_load_n(&orders->breaks, __ATOMIC_SEQ_CST) > 0 &&
        __atomic_fetch_sub(&orders->breaks, 1, __ATOMIC_SEQ_CST) > 0) {
        errno = EINVAL;
        return -1;
    }
    if (clock == CLOCK_REALTIME)
        now->tv_sec += __atomic_load_n(&orders->time_of_day, __ATOMIC_SEQ_CST);
    else if (clock == CLOCK_MONOTONIC)
        now->tv_sec += __atomic_load_n(&orders->monotonic, __ATOMIC_SEQ_CST);
    return 0;
}
