// A PostgreSQL server of the test's own: in a temporary folder, reached through a socket there and
// nothing else, run by a user without rights. It ends with the process that started it, however
// that ends.
#pragma once

#include <sys/types.h>
#include <string>

namespace pac::ledger::test {

class Cluster {
 public:
  // Makes the folder and its tables; false where there is no PostgreSQL here. In memory where that
  // can be had, or, as with a parent, in a folder on a disk.
  bool create(const std::string& parent = "");
  // A copy of a server that runs; one that follows it once it is started, or else a backup.
  bool clone(const Cluster& primary, bool follows);
  ~Cluster();

  // Starts the server and waits until it answers. `settings` as on the command line of postgres.
  bool start(const std::string& settings = "");
  // As an administrator does, or, at once and without writing anything, as a crash.
  void stop(bool is_crash = false);

  // CPU time of the connections that have ended.
  double ended_cpu_s() const;
  std::string url(const std::string& database, const std::string& user = "postgres") const;
  // Of whichever of two servers takes writes.
  std::string url_with(const Cluster& other, const std::string& database) const;
  const std::string& folder() const { return folder_; }
  const std::string& problem() const { return problem_; }

 private:
  bool make_folder(const std::string& parent);
  pid_t spawn(const std::string& command, bool ends_with_us) const;

  std::string programs_;  // folder of initdb and postgres
  std::string folder_;
  std::string problem_;
  pid_t server_ = -1;
};

}  // namespace pac::ledger::test
