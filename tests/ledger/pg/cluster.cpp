#include "tests/ledger/pg/cluster.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "ledger/pg/connection.h"

namespace pac::ledger::test {
namespace {

namespace fs = std::filesystem;

const std::string kPrefix = "pac_pg_";

// What a process left that was killed: its server has ended with it.
void remove_left_over(const fs::path& parent) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(parent, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    const pid_t owner = std::atoi(name.c_str() + kPrefix.size());
    if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH) fs::remove_all(entry.path(), error);
  }
}

std::string find_programs() {
  std::string best;
  std::error_code error;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", error)) {
    const std::string bin = (version.path() / "bin").string();
    if (fs::exists(bin + "/initdb") && fs::exists(bin + "/postgres") && bin > best) best = bin;
  }
  return best;
}

}  // namespace

// Runs a command of the shell, by the user postgres where this is root.
pid_t Cluster::spawn(const std::string& command, bool ends_with_us) const {
  const passwd* user = geteuid() == 0 ? getpwnam("postgres") : nullptr;
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  if (user != nullptr && (initgroups(user->pw_name, user->pw_gid) != 0 ||
                          setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
    _exit(126);
  }
  if (chdir("/") != 0) _exit(126);
  if (ends_with_us) {
    prctl(PR_SET_PDEATHSIG, SIGINT);
    if (getppid() != parent) _exit(126);
  }
  execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  _exit(127);
}

bool Cluster::make_folder(const std::string& said) {
  programs_ = find_programs();
  if (programs_.empty()) {
    problem_ = "there is no /usr/lib/postgresql/*/bin/initdb: install postgresql";
    return false;
  }
  const char* const memory = "/dev/shm";
  std::error_code error;
  const auto space = fs::space(memory, error);
  const bool is_roomy = !error && space.available > (std::uintmax_t{1} << 30);
  const fs::path usual =
      is_roomy && access(memory, W_OK) == 0 ? fs::path(memory) : fs::temp_directory_path();
  const fs::path parent = said.empty() ? usual : fs::path(said);
  remove_left_over(parent);
  std::string folder = (parent / (kPrefix + std::to_string(getpid()) + "_XXXXXX")).string();
  if (mkdtemp(folder.data()) == nullptr) {
    problem_ = "can't make " + folder;
    return false;
  }
  folder_ = folder;
  if (geteuid() == 0) {
    const passwd* user = getpwnam("postgres");
    if (user == nullptr || chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0) {
      problem_ = "there is no user postgres";
      return false;
    }
  }
  return true;
}

bool Cluster::clone(const Cluster& primary, bool follows) {
  if (!make_folder("")) return false;
  const pid_t made =
      spawn("umask 077; " + programs_ + "/pg_basebackup -h " + primary.folder_ +
                " -U postgres -D " + folder_ + "/data -X stream --checkpoint=fast --no-sync " +
                (follows ? "-R " : "") + ">" + folder_ + "/initdb.log 2>&1",
            false);
  int status = 0;
  waitpid(made, &status, 0);
  if (status != 0) problem_ = "pg_basebackup failed: see " + folder_ + "/initdb.log";
  return status == 0;
}

bool Cluster::create(const std::string& parent) {
  if (!make_folder(parent)) return false;
  const pid_t made = spawn("umask 077; " + programs_ + "/initdb -D " + folder_ +
                               "/data -U postgres -A trust -E UTF8 "
                               "--locale=C --no-sync --wal-segsize=4 --no-instructions >" +
                               folder_ + "/initdb.log 2>&1",
                           false);
  int status = 0;
  waitpid(made, &status, 0);
  // Other users of the machine may not come in through the socket either.
  if (status != 0) problem_ = "initdb failed: see " + folder_ + "/initdb.log";
  return status == 0;
}

bool Cluster::start(const std::string& settings) {
  server_ = spawn("exec " + programs_ + "/postgres -D " + folder_ + "/data -k " + folder_ +
                      " -c listen_addresses='' -c shared_buffers=32MB -c max_connections=60 " +
                      settings + " >>" + folder_ + "/server.log 2>&1",
                  true);
  for (int i = 0; i < 600; ++i) {
    if (pg::Connection::open(url("postgres"), "pac test")) return true;
    int status = 0;
    if (waitpid(server_, &status, WNOHANG) == server_) {
      server_ = -1;
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  problem_ = "the server does not start: see " + folder_ + "/server.log";
  return false;
}

void Cluster::stop(bool is_crash) {
  if (server_ <= 0) return;
  kill(server_, is_crash ? SIGQUIT : SIGINT);
  waitpid(server_, nullptr, 0);
  server_ = -1;
}

Cluster::~Cluster() {
  stop(true);
  if (folder_.empty() || (problem_.find("see ") != std::string::npos)) return;
  std::error_code error;
  fs::remove_all(folder_, error);
}

double Cluster::ended_cpu_s() const {
  std::ifstream in("/proc/" + std::to_string(server_) + "/stat");
  std::string line;
  std::getline(in, line);
  // Behind the name: cutime and cstime are the fourteenth and fifteenth field.
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::string field;
  double ticks = 0;
  for (int i = 1; fields >> field && i <= 15; ++i) {
    if (i >= 14) ticks += std::strtod(field.c_str(), nullptr);
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::string Cluster::url(const std::string& database, const std::string& user) const {
  return "postgres://" + user + "@/" + database + "?host=" + folder_;
}

std::string Cluster::url_with(const Cluster& other, const std::string& database) const {
  return url(database) + "," + other.folder_ + "&target_session_attrs=read-write";
}

}  // namespace pac::ledger::test
