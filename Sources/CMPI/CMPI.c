#include "CMPI.h"

#ifdef WITH_MPI
#if !__has_include(<mpi.h>)
#error "the trait MPI needs an MPI library with headers, such as libopenmpi-dev or libmpich-dev; MPI_PKGCONFIG=name says how pkg-config calls it"
#endif
#include <mpi.h>
#include <stdio.h>

enum { counter_count = 2, tag = 1 };

// A message is its length, then blocks that the int of MPI can count.
static const int64_t largest_block = 1 << 30;

static MPI_Win window;
static int rank, size, is_running;

void cmpi_start(void) {
  int provided;
  MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
  if (provided < MPI_THREAD_SERIALIZED) {
    fputs("error: this MPI was built without threads, which sn-infer needs\n", stderr);
    MPI_Abort(MPI_COMM_WORLD, 71);
  }
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  int64_t *counters;
  MPI_Aint bytes = rank == 0 ? counter_count * sizeof(int64_t) : 0;
  MPI_Win_allocate(bytes, sizeof(int64_t), MPI_INFO_NULL, MPI_COMM_WORLD, &counters, &window);
  MPI_Win_lock_all(0, window);
  if (rank == 0) {
    for (int i = 0; i < counter_count; i++) counters[i] = 0;
    MPI_Win_sync(window);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  is_running = 1;
}

int32_t cmpi_is_running(void) { return is_running; }
int32_t cmpi_rank(void) { return rank; }
int32_t cmpi_size(void) { return size; }

int64_t cmpi_fetch_and_add(int32_t counter, int64_t count) {
  int64_t before;
  MPI_Fetch_and_op(&count, &before, MPI_INT64_T, 0, counter, MPI_SUM, window);
  MPI_Win_flush(0, window);
  return before;
}

static int probe(int source) {
  int flag;
  MPI_Iprobe(source, tag, MPI_COMM_WORLD, &flag, MPI_STATUS_IGNORE);
  return flag;
}

void cmpi_make_progress(void) {
  if (is_running && rank == 0) probe(MPI_ANY_SOURCE);
}

int32_t cmpi_has_message(int32_t source) { return probe(source); }

static int block(int64_t rest) { return (int)(rest < largest_block ? rest : largest_block); }

void cmpi_send(const void *bytes, int64_t count, int32_t destination) {
  MPI_Send(&count, 1, MPI_INT64_T, destination, tag, MPI_COMM_WORLD);
  for (int64_t done = 0; done < count; done += largest_block)
    MPI_Send((const char *)bytes + done, block(count - done), MPI_BYTE, destination, tag, MPI_COMM_WORLD);
}

int64_t cmpi_receive_length(int32_t source) {
  int64_t count;
  MPI_Recv(&count, 1, MPI_INT64_T, source, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  return count;
}

void cmpi_receive(void *bytes, int64_t count, int32_t source) {
  for (int64_t done = 0; done < count; done += largest_block)
    MPI_Recv((char *)bytes + done, block(count - done), MPI_BYTE, source, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

void cmpi_abort(int32_t status) { MPI_Abort(MPI_COMM_WORLD, status); }

void cmpi_finish(void) {
  is_running = 0;
  MPI_Win_unlock_all(window);
  MPI_Win_free(&window);
  MPI_Finalize();
}
#endif
