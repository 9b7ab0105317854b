#include "compiler/driver/decide_inputs.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/engine/write.h"

namespace pac::driver {

namespace {

// A signal that ends the program is met by the thread that writes, between two writes.
void leave_signals_to_others() {
  sigset_t ending;
  sigemptyset(&ending);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ending, signal);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
}

// What nearly every answer fits in.
constexpr size_t kAnswerBytes = size_t{8} << 10;

// Text that grows at its end; its memory is not filled first.
class Lines {
 public:
  template <typename Write>
  std::string_view append(Write write) {
    for (size_t room = kAnswerBytes;;) {
      reserve(room);
      engine::TextSink sink(data_.get() + size_, capacity_ - size_);
      write(sink);
      if (sink.fits()) {
        const std::string_view out(data_.get() + size_, sink.size());
        size_ += sink.size();
        return out;
      }
      room = sink.size();
    }
  }
  std::string_view append(std::string_view text) {
    return append([&](engine::TextSink& sink) { sink.put(text); });
  }
  void clear() { size_ = 0; }
  std::string_view view() const { return {data_.get(), size_}; }

 private:
  void reserve(size_t room) {
    if (room <= capacity_ - size_) return;
    capacity_ = std::max(size_ + room, 2 * capacity_);
    std::unique_ptr<char[]> grown(new char[capacity_]);
    if (size_ > 0) std::memcpy(grown.get(), data_.get(), size_);
    data_ = std::move(grown);
  }

  std::unique_ptr<char[]> data_;
  size_t size_ = 0, capacity_ = 0;
};

struct Job {
  InputBlock block;
  Lines answers, records, faults;
  DecideTally tally;
  std::unique_ptr<BlockNotes> notes;
  bool is_done = false;
};

// One thread's session, and what it says.
class Worker {
 public:
  Worker(const std::shared_ptr<const engine::LoadedRuleSet>& rules, const InputBlocks& blocks,
         const DecideOptions& options)
      : options_(options), session_(rules, {}), binder_(session_, options.decision, blocks) {
    const ir::Decision& decision = rules->rule_set().decision(options.decision);
    fired_.resize(decision.rules.size() + 1);
    if (options.observer) observer_ = options.observer();
  }

  void run(Job* job) {
    job_ = job;
    binder_.start(job->block);
    if (observer_ != nullptr) job->notes = observer_->begin_block();
    for (auto bound = binder_.next(); bound != BlockBinder::Bound::end; bound = binder_.next()) {
      decide(bound == BlockBinder::Bound::bound);
    }
    for (uint32_t i = 0; i < fired_.size(); ++i) {
      if (fired_[i] > 0) job->tally.fired[std::string(engine::rule_name(ir(), i))] += fired_[i];
      fired_[i] = 0;
    }
  }

 private:
  const ir::Decision& ir() const { return session_.rules().rule_set().decision(options_.decision); }

  void decide(bool bound) {
    session_.refusals().set_line(binder_.line());
    engine::FeatureSource* const features =
        observer_ == nullptr ? options_.features : observer_->features(options_.features);
    const auto begin = observer_ == nullptr ? std::chrono::steady_clock::time_point()
                                            : std::chrono::steady_clock::now();
    const bool is_decided = bound && session_.prepare(options_.context, features);
    if (is_decided) {
      count(session_.decide());
    } else {
      ++job_->tally.refused;
      if (!options_.answers) put_refusal(session_.refusals()[0]);
    }
    const auto end = observer_ == nullptr ? begin : std::chrono::steady_clock::now();
    if (is_decided && options_.records) {
      job_->records.append([&](engine::TextSink& sink) {
        engine::write_recorded(session_, sink);
        sink.put('\n');
      });
    }
    const size_t answer_bytes = options_.answers ? put_answer(is_decided) : 0;
    if (observer_ == nullptr) return;
    const auto elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(end - begin);
    const size_t end_of_answer = job_->answers.view().size();
    observer_->decided(
        session_,
        {is_decided, binder_.line(), end_of_answer - answer_bytes, answer_bytes, elapsed.count()},
        job_->notes.get());
  }

  size_t put_answer(bool is_decided) {
    return job_->answers
        .append([&](engine::TextSink& sink) {
          if (is_decided) {
            engine::write_decision(session_, sink);
          } else {
            engine::write_refusal(session_.refusals()[0], sink);
          }
          sink.put('\n');
        })
        .size();
  }

  // Where the input stands, for people.
  std::string place() const {
    return (binder_.item() > 0 ? " input " + std::to_string(binder_.item()) + "," : "") + " line " +
           std::to_string(binder_.line());
  }

  void put_fault(std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts) job_->faults.append(part);
  }

  void put_refusal(const engine::Refusal& refusal) {
    const std::string_view path = refusal.path.view();
    put_fault({"refused", place(), ": ", path, path.empty() ? "" : ": ", refusal.message.view(),
               " [", engine::code_text(refusal.code), "]\n"});
  }

  void put_error() {
    const pac_result& r = session_.result();
    std::string rules;
    if (r.error_rule != PAC_NO_RULE && r.error_depth <= 1) {
      const bool is_pair = r.error_other != PAC_NO_RULE;
      rules = is_pair ? ", in rules " : ", in rule ";
      rules += engine::rule_name(ir(), r.error_rule);
      if (is_pair) rules.append(" and ").append(engine::rule_name(ir(), r.error_other));
    }
    std::string feature(engine::absent_feature(session_));
    if (!feature.empty()) feature = ": `" + feature + "`";
    put_fault({"error", place(), ": ", engine::error_message(r.error), feature, rules, " [",
               engine::error_code(r.error), "]\n"});
  }

  void count(pac_status status) {
    DecideTally& tally = job_->tally;
    const pac_result& r = session_.result();
    if (status == PAC_OK) ++tally.ok;
    if (status == PAC_NO_MATCH) ++tally.no_match;
    if (status == PAC_ERROR) ++tally.error;
    if (options_.answers) return;
    if (status == PAC_ERROR) put_error();
    for (uint32_t i = 0; i < r.fired_count; ++i) ++fired_[r.fired[i]];
    if (tally.total() > 1) return;
    Lines first;
    tally.first =
        first.append([&](engine::TextSink& sink) { engine::write_decision(session_, sink); });
  }

  const DecideOptions& options_;
  engine::Session session_;
  BlockBinder binder_;
  std::unique_ptr<InputObserver> observer_;
  Job* job_ = nullptr;
  std::vector<uint64_t> fired_;  // by rule, of this block
};

// Jobs in the order of the inputs, shared by the thread that reads and writes and those that
// decide.
class Line {
 public:
  void push(std::unique_ptr<Job> job) {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back(std::move(job));
    wanted_.notify_one();
  }
  void close() {
    const std::scoped_lock lock(mutex_);
    is_closed_ = true;
    wanted_.notify_all();
  }
  size_t size() {
    const std::scoped_lock lock(mutex_);
    return jobs_.size();
  }
  // The next that nobody has; null: there will be none.
  Job* take() {
    std::unique_lock lock(mutex_);
    wanted_.wait(lock, [&] { return is_closed_ || taken_ < jobs_.size(); });
    return taken_ < jobs_.size() ? jobs_[taken_++].get() : nullptr;
  }
  void finish(Job* job) {
    const std::scoped_lock lock(mutex_);
    job->is_done = true;
    done_.notify_one();
  }
  // The first, when it is done.
  std::unique_ptr<Job> pop() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return jobs_.front()->is_done; });
    std::unique_ptr<Job> out = std::move(jobs_.front());
    jobs_.pop_front();
    --taken_;
    return out;
  }

 private:
  std::mutex mutex_;
  std::condition_variable wanted_, done_;
  std::deque<std::unique_ptr<Job>> jobs_;
  size_t taken_ = 0;  // so many of the first
  bool is_closed_ = false;
};

// The thread of the caller: it reads, hands out and writes. With one thread it decides as well.
class Run {
 public:
  Run(const std::shared_ptr<const engine::LoadedRuleSet>& rules, InputBlocks& blocks,
      const DecideOptions& options, const std::function<bool(const DecidedBlock&)>& take)
      : rules_(rules), blocks_(blocks), options_(options), take_(take) {}

  DecideTally run() {
    std::optional<InputBlock> block = blocks_.next();
    while (block && goes_on_) {
      std::unique_ptr<Job> job = next_job(std::move(*block));
      if (!threads_.empty()) {
        hand_out(std::move(job));
        block = blocks_.next();
        continue;
      }
      // A stream of one block, as of one input, needs no other thread; nor does somebody who types.
      const bool has_more = options_.threads > 1 && blocks_.is_ready();
      if (has_more) block = blocks_.next();
      if (has_more && block) {
        hand_out(std::move(job));
        continue;
      }
      decide_here(std::move(job));
      if (!has_more) block = blocks_.next();
    }
    drain(0);
    line_.close();
    threads_.clear();
    return std::move(tally_);
  }

 private:
  std::unique_ptr<Job> next_job(InputBlock block) {
    std::unique_ptr<Job> job;
    if (spare_.empty()) {
      job = std::make_unique<Job>();
    } else {
      job = std::move(spare_.back());
      spare_.pop_back();
    }
    job->block = std::move(block);
    return job;
  }

  void decide_here(std::unique_ptr<Job> job) {
    if (own_ == nullptr) own_ = std::make_unique<Worker>(rules_, blocks_, options_);
    own_->run(job.get());
    write(std::move(job));
  }

  void hand_out(std::unique_ptr<Job> job) {
    if (threads_.size() < options_.threads) {
      threads_.emplace_back([this] {
        leave_signals_to_others();
        Worker worker(rules_, blocks_, options_);
        while (Job* const mine = line_.take()) {
          worker.run(mine);
          line_.finish(mine);
        }
      });
    }
    line_.push(std::move(job));
    // Who waits for somebody to write more shows what there is meanwhile.
    drain(blocks_.is_ready() ? kBlocksAhead * options_.threads - 1 : 0);
  }

  void drain(size_t left) {
    while (line_.size() > left) write(line_.pop());
  }

  void write(std::unique_ptr<Job> job) {
    if (goes_on_) {
      goes_on_ = take_({job->answers.view(), job->records.view(), job->faults.view(),
                        job->block.done_bytes, job->tally.total(), job->notes.get()});
      tally_.add(std::move(job->tally));
    }
    job->notes.reset();
    job->answers.clear();
    job->records.clear();
    job->faults.clear();
    job->tally = {};
    job->block = {};
    job->is_done = false;
    spare_.push_back(std::move(job));
  }

  const std::shared_ptr<const engine::LoadedRuleSet>& rules_;
  InputBlocks& blocks_;
  const DecideOptions& options_;
  const std::function<bool(const DecidedBlock&)>& take_;
  Line line_;
  DecideTally tally_;
  bool goes_on_ = true;  // until `take` says otherwise
  std::unique_ptr<Worker> own_;
  std::vector<std::unique_ptr<Job>> spare_;
  std::vector<std::jthread> threads_;
};

}  // namespace

void DecideTally::add(DecideTally&& other) {
  if (total() == 0) first = std::move(other.first);
  ok += other.ok;
  no_match += other.no_match;
  error += other.error;
  refused += other.refused;
  for (const auto& [rule, count] : other.fired) fired[rule] += count;
}

DecideTally decide_inputs(const std::shared_ptr<const engine::LoadedRuleSet>& rules,
                          InputBlocks& blocks, const DecideOptions& options,
                          const std::function<bool(const DecidedBlock&)>& take) {
  return Run(rules, blocks, options, take).run();
}

}  // namespace pac::driver
