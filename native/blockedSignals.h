// Holds signals back from the threads that compute.
//
// A signal in one of oneDNN's matrix products, such as Ctrl-C or a resized terminal, can corrupt memory ("corrupted size vs.
// prev_size"): probably its code uses the stack pointer for other addresses, below which the system writes for a signal.

#ifndef NATIVE_BLOCKED_SIGNALS_H_
#define NATIVE_BLOCKED_SIGNALS_H_

#include <pthread.h>
#include <signal.h>

namespace native {

// As long as it lives, signals to the process go to other threads, or wait. Threads that start meanwhile keep it so.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t signals;
    sigfillset(&signals);
    // A thread's own faults.
    for (int fault : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP}) sigdelset(&signals, fault);
    pthread_sigmask(SIG_BLOCK, &signals, &before_);
  }

  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

}  // namespace native

#endif  // NATIVE_BLOCKED_SIGNALS_H_
