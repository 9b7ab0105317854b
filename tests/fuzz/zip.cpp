// zip: any bytes as an archive. One that is read is exactly what the writer makes of its members,
// and one that the writer makes, with any names and contents, is read.
#include "runtime/engine/zip.h"

#include "tests/fuzz/bytes.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

Verdict run_zip(std::string_view bytes) {
  Bytes in(bytes);
  std::string archive;
  if (in.u8() % 2 == 0) {
    archive = in.rest();
  } else {
    // A good archive of drawn members, then damaged. The sums of its members stay right where the
    // damage lies in the headers.
    std::vector<engine::ZipMember> drawn;
    for (uint32_t count = in.u8() % 5; count > 0; --count) {
      const std::string_view name = in.text(in.u8() % 16);
      drawn.push_back({name, in.text(in.u8() % 32)});
    }
    auto written = engine::write_zip(drawn);
    if (!written) return Verdict::keep;
    const auto read = engine::read_zip(*written);
    claim(read && read->size() == drawn.size(), "what was written is read");
    archive = spliced(std::move(*written), in);
  }
  const auto members = engine::read_zip(archive);
  if (!members) return Verdict::keep;
  for (const auto& member : *members) {
    claim(engine::is_member_name(member.name), "a name leaves no folder", member.name);
  }
  const auto again = engine::write_zip(*members);
  claim(again && *again == archive, "an archive has one form");
  return Verdict::keep;
}

}  // namespace pac::fuzz
