// Remembers what a store acknowledged and signed, over any number of failures, and says what it did
// not keep to. Shared by the tests of power loss and of kills.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ledger/file/store.h"
#include "ledger/file/verify.h"
#include "ledger/log/bundle.h"
#include "ledger/log/checkpoint.h"

namespace pac::ledger::test {

inline crypto::SigningKey ledger_key() {
  crypto::Seed seed{};
  seed[0] = 7;
  return *crypto::SigningKey::from_seed(seed);
}

// The same at each call, and never twice the same within one run.
inline Surroundings surroundings() {
  Surroundings out;
  out.now_us = [] { return std::int64_t{1'772'355'600'000'000}; };
  out.nonce = []() -> Result<std::string> { return std::string(32, '0'); };
  return out;
}

// All entries of a stream, read from its frames.
inline std::vector<std::string> entries_of_stream(FileSystem& files, const std::string& folder,
                                                  std::uint32_t number) {
  std::vector<std::string> out;
  const auto segments = segments_of(files, stream_folder(folder, number));
  if (!segments) return out;
  for (std::size_t i = 0; i < segments->size(); ++i) {
    std::uint64_t limit = UINT64_MAX;
    if (i + 1 < segments->size()) {
      const auto next = SegmentReader::open(files, (*segments)[i + 1].path, UINT64_MAX);
      if (next && next->header()) limit = next->header()->previous_bytes;
    }
    auto reader = SegmentReader::open(files, (*segments)[i].path, limit);
    while (reader &&
           reader->next().value_or(SegmentReader::Step::end) == SegmentReader::Step::frame) {
      const auto views = *entries_of(reader->frame().body, reader->frame().header.entries, true);
      for (const std::string_view view : views) out.emplace_back(view);
    }
  }
  return out;
}

class Witness {
 public:
  void acknowledged(std::uint32_t stream, const Appended& appended,
                    const std::vector<std::string>& entries) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      acknowledged_[{stream, appended.first + i}] = entries[i];
    }
    was_signed(appended.checkpoint);
  }
  void was_signed(const std::string& note) {
    const auto decoded = decode_note(note);
    const auto checkpoint = read_checkpoint_text(decoded->text);
    const auto [found, is_new] =
        roots_.emplace(std::pair(checkpoint->origin, checkpoint->size), checkpoint->root);
    if (!is_new && found->second != checkpoint->root) ++forks_;
  }

  // Compares with what is there now.
  void look(FileSystem& files, const std::string& folder) {
    std::map<std::uint32_t, std::vector<std::string>> streams;
    const std::vector<std::uint32_t> numbers = *streams_of(files, folder);
    for (const std::uint32_t number : numbers) {
      streams[number] = entries_of_stream(files, folder, number);
    }
    std::map<std::string, int> copies;
    for (const auto& [number, entries] : streams) {
      for (const std::string& entry : entries) ++copies[entry];
    }
    for (const auto& [place, entry] : acknowledged_) {
      const auto& entries = streams[place.first];
      if (place.second >= entries.size() || entries[place.second] != entry) ++lost_;
      if (copies[entry] > 1) ++duplicated_;
    }
  }

  std::size_t lost() const { return lost_; }
  std::size_t duplicated() const { return duplicated_; }
  std::size_t forks() const { return forks_; }
  std::size_t count() const { return acknowledged_.size(); }

 private:
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> acknowledged_;
  std::map<std::pair<std::string, std::uint64_t>, Hash> roots_;
  std::size_t lost_ = 0, duplicated_ = 0, forks_ = 0;
};

}  // namespace pac::ledger::test
