#ifndef CMPI_H
#define CMPI_H

#include <stdint.h>

// What sn-infer needs of MPI, without its handles, so that one Swift source serves every implementation.
// Without WITH_MPI there is nothing behind these declarations.
// Calls come one at a time, and those that start and end MPI from one thread. Errors end all processes, as is MPI's default.

/// Starts MPI, with counters at 0.
void cmpi_start(void);
/// Whether MPI has been started and not ended.
int32_t cmpi_is_running(void);
int32_t cmpi_rank(void);
int32_t cmpi_size(void);

/// Adds to one of the two counters that all processes share, and returns its value before.
int64_t cmpi_fetch_and_add(int32_t counter, int64_t count);

/// Lets other processes reach the counters of this one, where the network cannot by itself.
void cmpi_make_progress(void);

/// Whether a message of a process can be received.
int32_t cmpi_has_message(int32_t source);
/// Sends bytes to a process.
void cmpi_send(const void *bytes, int64_t count, int32_t destination);
/// The length of the next message of a process, in bytes, whose bytes are received after it.
int64_t cmpi_receive_length(int32_t source);
void cmpi_receive(void *bytes, int64_t count, int32_t source);

/// Ends all processes.
void cmpi_abort(int32_t status);
/// Ends MPI; all processes call it.
void cmpi_finish(void);

#endif
