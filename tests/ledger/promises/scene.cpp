#include "tests/ledger/promises/scene.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

#include "ledger/archive/contents.h"
#include "ledger/file/segment.h"
#include "ledger/log/bundle.h"
#include "ledger/log/frontier.h"
#include "ledger/witness/cosigned.h"
#include "runtime/engine/zip.h"

namespace pac::ledger::test {
namespace {

constexpr const char* kLending = R"(package bank.lending edition 1
decision grant {
  input { id: string max 20 chars, amount: int in 0 .. 1_000_000 }
  output { large: bool }
  result { large: amount > 500 }
}
test grant "a small one" { given { id: "a", amount: 1 } expect { large: false } }
)";

// What all cases begin with, made once.
struct Pattern {
  fs::path folder;
  std::string verifier;
  std::string witness;
  bool has_store = false;

  ~Pattern() {
    if (!folder.empty()) fs::remove_all(folder);
  }
};
Pattern& pattern() {
  static Pattern the_pattern;
  return the_pattern;
}

Cosigner the_cosigner() { return *Cosigner::make("w.example/one", key_of(77)); }

std::string rows(int first, int count) {
  std::string out;
  for (int i = first; i < first + count; ++i) {
    out += R"({"id":"p)" + std::to_string(i % 50) + R"(","amount":)" + std::to_string(i) + "}\n";
  }
  return out;
}

// The first finding among lines of JSON.
Alarm first_finding(const std::string& lines) {
  std::size_t at = 0;
  while (at < lines.size()) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    const auto value = json::parse(lines.substr(at, end - at));
    at = end + 1;
    if (!value || value->find("code") == nullptr) continue;
    return {true, value->find("index")->as_int(), value->find("message")->as_string()};
  }
  return {};
}

}  // namespace

fs::path folder_of_tests() {
  const fs::path memory = "/dev/shm";
  std::error_code error;
  const auto space = fs::space(memory, error);
  const bool is_roomy = !error && space.available > (std::uintmax_t{1} << 28);
  return is_roomy && access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path();
}

std::string Scene::read(const std::string& name) const {
  std::ifstream in(path(name), std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

void Scene::write(const std::string& name, const std::string& bytes) const {
  fs::create_directories(fs::path(path(name)).parent_path());
  std::ofstream(path(name), std::ios::binary) << bytes;
}

int Scene::pac(const std::string& arguments) {
  const std::string base = folder_.string() + ".said";
  const int status = std::system(("cd '" + folder_.string() + "' && PAC_CACHE=off " PAC_BINARY " " +
                                  arguments + " </dev/null >" + base + ".out 2>" + base + ".err")
                                     .c_str());
  const auto take = [](const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::string out{std::istreambuf_iterator<char>(in), {}};
    fs::remove(file);
    return out;
  };
  out_ = take(base + ".out");
  err_ = take(base + ".err");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void Scene::do_pac(const std::string& arguments) {
  ASSERT_EQ(pac(arguments), 0) << arguments << "\n" << out_ << err_;
}

const std::string& Scene::verifier() const { return pattern().verifier; }

void Scene::make_pattern() {
  do_pac(std::string("ledger init book --origin ") + kOrigin);
  const std::size_t line = out_.rfind('\n', out_.size() - 2) + 1;
  pattern().verifier = out_.substr(line, out_.size() - line - 1);
  std::string review = kLending;
  for (std::size_t at = 0; (at = review.find("lending", at)) != review.npos;) {
    review.replace(at, 7, "reviews");
  }
  write("lending.pac", kLending);
  write("review.pac", review);
  write("rows.jsonl", rows(0, 48));
  do_pac("run lending.pac --ledger book --input rows.jsonl");
  write("rows.jsonl", rows(48, 49));
  do_pac("run review.pac --ledger book --input rows.jsonl");
  for (int batch = 1; batch < 11; ++batch) {
    write("rows.jsonl", rows(batch * 100, 100));
    do_pac("ledger append book --input rows.jsonl");
    if (batch == 9) fs::copy(path("book"), path("backup"), fs::copy_options::recursive);
  }
  const Cosigner cosigner = the_cosigner();
  pattern().witness = verifier_text(cosigner.key());
  const std::string stream = stream_folder(path("book"), 1);
  const std::string note = *read_whole(*files_, stream + "/checkpoint", 1 << 16);
  const std::vector<NoteSignature> lines = {
      *cosigner.cosign(decode_note(note)->text, 1'772'355'600)};
  ASSERT_TRUE(keep_cosigned(*files_, stream, note, lines, nullptr));
  do_pac("ledger archive book book.zip");
  do_pac("ledger prove book 421 --output receipt");
  do_pac("ledger show book 421");
  write("entry", out_);
}

// Ships the pattern to a database of its own, which those of the cases are copied from.
void Scene::make_rows() {
  PgStore::SetUp("pattern");
  fs::copy(pattern().folder, folder_, fs::copy_options::recursive);
  const auto done = ship(path("book"));
  ASSERT_TRUE(done) << done.error().message;
  auto admin = pg::Connection::open(cluster()->url("postgres"), "pac test");
  ASSERT_TRUE(admin->script("alter database " + database_ + " rename to tamper_pattern"));
  fs::remove_all(folder_);
  pattern().has_store = true;
}

bool Scene::begin(bool has_store) {
  const fs::path folder = folder_of_tests() / ("pac_tamper_" + std::to_string(getpid()));
  folder_ = folder;
  if (pattern().folder.empty()) {
    fs::create_directories(folder_);
    make_pattern();
    pattern().folder = folder_.string() + "_pattern";
    fs::rename(folder_, pattern().folder);
  }
  if (has_store && cluster() == nullptr) return false;
  if (has_store) {
    if (!pattern().has_store) make_rows();
    PgStore::SetUp("tamper_pattern");
    fs::remove_all(folder_);
    folder_ = folder;
  }
  fs::copy(pattern().folder, folder_, fs::copy_options::recursive);
  return true;
}

void Scene::end() {
  PgStore::TearDown();
  fs::remove_all(folder_);
}

Alarm Scene::refused(const std::string& arguments) {
  const int exit = pac(arguments);
  Alarm out = first_finding(out_);
  if (!out.is_raised && exit != 0) out = {true, -1, err_};
  EXPECT_EQ(out.is_raised, exit != 0) << arguments << "\n" << out_ << err_;
  return out;
}

Alarm Scene::verify(const std::string& more, const std::string& folder) {
  return refused("ledger verify " + folder + " --format json --verifier '" + verifier() +
                 "' --witness '" + pattern().witness + "' " + more);
}

Alarm Scene::verify_rows(const std::string& more) {
  return refused("ledger verify '" + url() + "' --format json --verifier '" + verifier() + "' " +
                 more);
}

Alarm Scene::verify_archive(const std::string& more) { return verify(more, "book.zip"); }

Alarm Scene::of(const VerifiedStore& report) {
  if (report.findings.empty()) return {};
  const LedgerFinding& first = report.findings[0];
  return {true, static_cast<std::int64_t>(first.index), first.what};
}

std::string Scene::segment() const {
  return "book/streams/0001/segments/00000001-00000000000000000000.seg";
}

std::vector<Scene::Batch> Scene::batches() const {
  std::vector<Batch> out;
  auto reader = SegmentReader::open(*files_, path(segment()), UINT64_MAX);
  while (reader->next().value_or(SegmentReader::Step::end) == SegmentReader::Step::frame) {
    const Frame& frame = reader->frame();
    Batch batch{std::string(frame.checkpoint), {}};
    const auto views = entries_of(frame.body, frame.header.entries, true);
    for (const std::string_view one : *views) batch.entries.emplace_back(one);
    out.push_back(std::move(batch));
  }
  return out;
}

std::string Scene::entry(std::uint64_t index) const {
  for (const Batch& batch : batches()) {
    if (index < batch.entries.size()) return batch.entries[index];
    index -= batch.entries.size();
  }
  ADD_FAILURE() << "there is no such entry";
  return "";
}

void Scene::flip(std::uint64_t index) const {
  std::string bytes = read(segment());
  const std::size_t at = bytes.find(entry(index));
  ASSERT_NE(at, bytes.npos);
  bytes[at + 30] = static_cast<char>(bytes[at + 30] ^ 1);
  write(segment(), bytes);
}

void Scene::rebuild(const std::function<void(std::vector<Batch>&)>& change) const {
  std::vector<Batch> all = batches();
  change(all);
  std::string out = read(segment()).substr(0, kSegmentHeaderBytes);
  FrameHeader header;
  Frontier tree;
  for (const Batch& batch : all) {
    header.first = tree.size();
    header.entries = static_cast<std::uint32_t>(batch.entries.size());
    std::string body;
    for (const std::string& one : batch.entries) {
      append_entry(one, &body);
      tree.push(leaf_hash(one));
    }
    header.root = tree.root();
    std::string frame;
    header.before = build_frame(header, batch.checkpoint, body, &frame);
    out += frame;
  }
  write(segment(), out);
}

void Scene::rebuild_entry(std::uint64_t index,
                          const std::function<void(std::string&)>& change) const {
  rebuild([&](std::vector<Batch>& all) {
    std::uint64_t left = index;
    for (Batch& batch : all) {
      if (left < batch.entries.size()) {
        const std::string before = batch.entries[left];
        change(batch.entries[left]);
        EXPECT_NE(batch.entries[left], before);
        return;
      }
      left -= batch.entries.size();
    }
  });
}

std::size_t Scene::frame_at(std::uint64_t first) const {
  auto reader = SegmentReader::open(*files_, path(segment()), UINT64_MAX);
  std::size_t at = kSegmentHeaderBytes;
  while (reader->next().value_or(SegmentReader::Step::end) == SegmentReader::Step::frame) {
    if (reader->frame().header.first == first) return at;
    at = reader->offset();
  }
  ADD_FAILURE() << "no batch begins with " << first;
  return at;
}

void Scene::repack(const std::function<void(std::map<std::string, std::string>&)>& change) const {
  std::map<std::string, std::string> members;
  const std::string archive = read("book.zip");
  const auto read_members = engine::read_zip(archive);
  for (const auto& member : *read_members) {
    members.emplace(member.name, member.bytes);
  }
  change(members);
  std::vector<engine::ZipMember> out;
  for (const auto& [name, bytes] : members) out.push_back({name, bytes});
  write("book.zip", *engine::write_zip(std::move(out), {kMaxArchiveBytes, kMaxArchiveMembers}));
}

std::vector<std::string> Scene::blobs() const {
  std::vector<std::string> out;
  for (const std::uint64_t index : {1, 50}) {
    const std::string text = entry(index);
    const std::size_t at = text.find("\"sha256\":\"");
    EXPECT_NE(at, text.npos) << text;
    const std::string digest = text.substr(at + 10, 64);
    out.push_back("book/blobs/" + digest.substr(0, 2) + "/" + digest);
  }
  return out;
}

void Scene::edit_heap(const std::string& table, const std::string& old_bytes,
                      const std::string& new_bytes) {
  sql("checkpoint");
  const std::string file =
      cluster()->folder() + "/data/" + ask("select pg_relation_filepath('" + table + "')");
  cluster()->stop();
  std::string bytes;
  {
    std::ifstream in(file, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  const std::size_t at = bytes.find(old_bytes);
  EXPECT_NE(at, bytes.npos) << "the heap has the entry as it is";
  if (at != bytes.npos) bytes.replace(at, new_bytes.size(), new_bytes);
  {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  EXPECT_TRUE(cluster()->start("-c max_wal_size=64MB")) << cluster()->problem();
}

}  // namespace pac::ledger::test
