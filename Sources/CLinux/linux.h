// Calls of glibc that its Swift module leaves out, because they are GNU extensions.
#ifndef POBSYNC_CLINUX_H
#define POBSYNC_CLINUX_H

#include <sys/syscall.h>
#include <unistd.h>

int syncfs(int fd);

// glibc of Debian 12 has the call's number, and the function only from 2.36 on in a header that Swift cannot read.
static inline int pobsync_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

#endif
