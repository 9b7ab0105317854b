#include "compiler/parse/parse.h"

#include "compiler/parse/layout.h"
#include "compiler/parse/lexer.h"
#include "compiler/parse/parse_work.h"
#include "compiler/parse/reader.h"

namespace pac::parse {

ast::Module parse_counting(const SourceFile& file, diag::Emitter& emitter, Work* work) {
  ast::Module module;
  module.file = file.id();
  Tokens tokens = lex(file, emitter);
  module.comments = std::move(tokens.comments);
  const Layout layout = lay_out(file, &tokens, emitter);
  Reader reader(file, tokens, layout, module, emitter);
  reader.read();
  *work = reader.work();
  return module;
}

ast::Module parse(const SourceFile& file, diag::Emitter& emitter) {
  Work work;
  return parse_counting(file, emitter, &work);
}

}  // namespace pac::parse
