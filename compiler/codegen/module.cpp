#include "compiler/codegen/module.h"

#include <cstring>

#include "compiler/codegen/target.h"
#include "compiler/codegen/value_emitter.h"
#include "runtime/abi.h"
#include "runtime/base/check.h"
#include "runtime/base/decimal.h"
#include "runtime/ir/range.h"

namespace pac::codegen {

using ir::TypeKind;

void ConstantMemory::put(uint32_t offset, const void* data, uint32_t size) {
  PAC_CHECK(offset + size <= bytes.size(), "a constant lies within its memory");
  std::memcpy(bytes.data() + offset, data, size);
}

ModuleEmitter::ModuleEmitter(const ir::RuleSet& rules, const ir::Layout& places,
                             llvm::Module& target, llvm::Module& support, const Options& options)
    : rule_set(rules),
      layout(places),
      module(target),
      context(target.getContext()),
      i1(llvm::Type::getInt1Ty(context)),
      i8(llvm::Type::getInt8Ty(context)),
      i32(llvm::Type::getInt32Ty(context)),
      i64(llvm::Type::getInt64Ty(context)),
      i128(llvm::Type::getInt128Ty(context)),
      ptr(llvm::PointerType::get(context, 0)),
      emitted_max(options.emitted_max),
      strategy(options.strategy),
      list_uses_min(options.list_uses_min),
      support_(support) {}

void ModuleEmitter::add_marks() {
  auto* type = llvm::ArrayType::get(i8, rule_set.exprs.size() + rule_set.decisions.size());
  marks = new llvm::GlobalVariable(module, type, false, llvm::GlobalValue::ExternalLinkage,
                                   llvm::Constant::getNullValue(type), kMarksSymbol);
}

void ModuleEmitter::unsupported(std::string what) {
  if (failure_.empty()) failure_ = std::move(what);
}

llvm::Function* ModuleEmitter::support(std::string_view name) {
  if (llvm::Function* known = module.getFunction(name)) return known;
  const llvm::Function* source = support_.getFunction(name);
  if (source == nullptr) {
    unsupported("native code has no function `" + std::string(name) + "`");
    return nullptr;
  }
  auto* made = llvm::Function::Create(source->getFunctionType(), llvm::GlobalValue::ExternalLinkage,
                                      llvm::StringRef(name.data(), name.size()), module);
  made->setDoesNotThrow();
  return made;
}

llvm::Function* ModuleEmitter::memcmp_function() {
  if (llvm::Function* known = module.getFunction("memcmp")) return known;
  auto* type = llvm::FunctionType::get(i32, {ptr, ptr, i64}, false);
  auto* made = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, "memcmp", module);
  made->setDoesNotThrow();
  made->setOnlyReadsMemory();
  made->setOnlyAccessesArgMemory();
  made->setWillReturn();
  return made;
}

llvm::Function* ModuleEmitter::internal_function(const std::string& name, llvm::Type* result,
                                                 const std::vector<llvm::Type*>& parameters) {
  auto* type = llvm::FunctionType::get(result, parameters, false);
  auto* made = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, name, module);
  made->setDoesNotThrow();
  made->addFnAttr(llvm::Attribute::MustProgress);
  made->addFnAttr(llvm::Attribute::WillReturn);
  // Decisions have no floating point. Without this LLVM copies small outcomes through vector
  // registers, and a caller who reads a field of the answer at once waits for the wide store (2.5
  // times as long on the loan rules).
  made->addFnAttr(llvm::Attribute::NoImplicitFloat);
  return made;
}

llvm::Constant* ModuleEmitter::text_data(std::string_view text) {
  const auto known = texts_.find(text);
  if (known != texts_.end()) return known->second;
  auto* bytes =
      llvm::ConstantDataArray::getString(context, llvm::StringRef(text.data(), text.size()), false);
  auto* global = new llvm::GlobalVariable(module, bytes->getType(), true,
                                          llvm::GlobalValue::PrivateLinkage, bytes, "text");
  global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  global->setAlignment(llvm::Align(1));
  texts_.emplace(std::string(text), global);
  return global;
}

llvm::Constant* ModuleEmitter::zeros(uint32_t size) {
  llvm::Constant*& known = zeros_[size];
  if (known != nullptr) return known;
  auto* type = llvm::ArrayType::get(i8, size);
  auto* global = new llvm::GlobalVariable(module, type, true, llvm::GlobalValue::PrivateLinkage,
                                          llvm::Constant::getNullValue(type), "zeros");
  global->setAlignment(llvm::Align(16));
  known = global;
  return known;
}

llvm::Constant* ModuleEmitter::table(const std::vector<uint32_t>& values, const char* name) {
  auto* data = llvm::ConstantDataArray::get(context, llvm::ArrayRef<uint32_t>(values));
  auto* global = new llvm::GlobalVariable(module, data->getType(), true,
                                          llvm::GlobalValue::PrivateLinkage, data, name);
  global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  return global;
}

llvm::Constant* ModuleEmitter::text_table(const std::vector<std::string>& texts) {
  ConstantMemory memory;
  memory.reserve(static_cast<uint32_t>(texts.size() * sizeof(pac_text)));
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto at = static_cast<uint32_t>(i * sizeof(pac_text));
    const auto size = static_cast<uint32_t>(texts[i].size());
    memory.pointers[at] = text_data(texts[i]);
    memory.put(at + offsetof(pac_text, size), &size, sizeof size);
  }
  return finish(memory, "texts");
}

llvm::Constant* ModuleEmitter::pattern_table(const std::string& pattern,
                                             const ConstantMemory& tables) {
  llvm::Constant*& known = patterns_[pattern];
  if (known == nullptr) known = finish(tables, "pattern");
  return known;
}

// A packed structure: runs of bytes with the addresses between them.
llvm::Constant* ModuleEmitter::finish(const ConstantMemory& memory, const char* name,
                                      uint32_t align) {
  std::vector<llvm::Constant*> parts;
  const auto add_bytes = [&](uint32_t from, uint32_t to) {
    if (from == to) return;
    parts.push_back(llvm::ConstantDataArray::get(
        context, llvm::ArrayRef<uint8_t>(memory.bytes.data() + from, to - from)));
  };
  uint32_t at = 0;
  for (const auto& [offset, address] : memory.pointers) {
    add_bytes(at, offset);
    parts.push_back(address);
    at = offset + 8;
  }
  add_bytes(at, static_cast<uint32_t>(memory.bytes.size()));
  auto* data = llvm::ConstantStruct::getAnon(context, parts, true);
  auto* global = new llvm::GlobalVariable(module, data->getType(), true,
                                          llvm::GlobalValue::PrivateLinkage, data, name);
  global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  global->setAlignment(llvm::Align(align));
  return global;
}

llvm::Type* ModuleEmitter::scalar_type(const ir::Type& type) {
  switch (type.kind) {
    case TypeKind::boolean:
      return i1;
    case TypeKind::enumeration:
    case TypeKind::effect:
    case TypeKind::date:
      return i32;
    case TypeKind::integer:
    case TypeKind::datetime:
    case TypeKind::duration:
      return i64;
    case TypeKind::decimal:
    case TypeKind::quotient:
      return i128;
    default:
      return ptr;
  }
}

ir::Storage ModuleEmitter::storage(ir::TypeId type, bool narrow) const {
  ir::Storage place = layout.value(type);
  if (!narrow) return place;
  // The same as Layout::field computes for a decimal whose domain fits 64 bits.
  place.size = 8;
  place.align = 8;
  place.narrow = true;
  if (rule_set.type(type).optional) {
    place.present_offset = 8;
    place.size = 16;
  }
  return place;
}

// ---- Constants in memory

bool ModuleEmitter::write_number(const ir::Type& type, Int128 number, const ir::Storage& storage,
                                 ConstantMemory& memory, uint32_t offset) {
  uint32_t size = 8;
  switch (type.kind) {
    case TypeKind::boolean:
      size = 1;
      break;
    case TypeKind::enumeration:
    case TypeKind::effect:
    case TypeKind::date:
      size = 4;
      break;
    case TypeKind::decimal:
      size = storage.narrow ? 8 : 16;
      break;
    default:
      break;
  }
  if (storage.narrow && number != static_cast<int64_t>(number)) return false;
  memory.put(offset, &number, size);  // little-endian, so the low bytes come first
  return true;
}

bool ModuleEmitter::write_list(const ir::Expr& expr, ConstantMemory& memory, uint32_t offset) {
  const ir::TypeId element = rule_set.type(expr.type).element;
  const uint32_t stride = layout.stride(element);
  constexpr uint64_t kMostConstant = uint64_t{64} << 20;  // more is made when it is needed
  if (uint64_t{stride} * expr.operand_count > kMostConstant) return false;
  if (expr.operand_count != 0) {
    ConstantMemory items;
    items.reserve(stride * expr.operand_count);
    for (uint32_t i = 0; i < expr.operand_count; ++i) {
      if (!write_constant(rule_set.operand(expr, i), layout.value(element), items, i * stride))
        return false;
    }
    memory.pointers[offset] = finish(items, "list");
  }
  memory.put(offset + offsetof(pac_list, count), &expr.operand_count, sizeof expr.operand_count);
  return true;
}

bool ModuleEmitter::constant_lies_in(ir::ExprId id, ir::DomainId domain) const {
  if (domain == ir::DomainId::none) return true;
  const ir::Expr& expr = rule_set.expr(id);
  if (expr.op == ir::Op::some) return constant_lies_in(static_cast<ir::ExprId>(expr.a), domain);
  if (expr.op != ir::Op::constant) return false;
  return ir::lies_in(rule_set.constant(static_cast<ir::ConstantId>(expr.a)),
                     rule_set.domain(domain));
}

bool ModuleEmitter::write_constant(ir::ExprId id, const ir::Storage& storage,
                                   ConstantMemory& memory, uint32_t offset) {
  const ir::Expr& expr = rule_set.expr(id);
  const ir::Type& type = rule_set.type(expr.type);
  switch (expr.op) {
    case ir::Op::constant: {
      const ir::Constant& constant = rule_set.constant(static_cast<ir::ConstantId>(expr.a));
      if (constant.missing) return true;  // zeros
      if (type.kind != TypeKind::string) {
        return write_number(type, constant.number, storage, memory, offset);
      }
      const auto size = static_cast<uint32_t>(constant.text.size());
      memory.pointers[offset] = text_data(constant.text);
      memory.put(offset + offsetof(pac_text, size), &size, sizeof size);
      return true;
    }
    case ir::Op::some: {
      if (!write_constant(static_cast<ir::ExprId>(expr.a), storage, memory, offset)) return false;
      memory.bytes[offset + storage.present_offset] = 1;
      return true;
    }
    case ir::Op::rescale: {
      const ir::Expr& from = rule_set.expr(static_cast<ir::ExprId>(expr.a));
      if (from.op != ir::Op::constant || type.kind != TypeKind::decimal) return false;
      Int128 number = rule_set.constant(static_cast<ir::ConstantId>(from.a)).number;
      if (!widen(number, rule_set.type(from.type).scale, type.scale, &number)) return false;
      return write_number(type, number, storage, memory, offset);
    }
    case ir::Op::make_record: {
      const auto record_id = static_cast<ir::RecordId>(type.ref);
      const ir::RecordLayout& record = layout.record(record_id);
      for (uint32_t i = 0; i < expr.operand_count; ++i) {
        const ir::DomainId domain = rule_set.record(record_id).fields[i].domain;
        if (!constant_lies_in(rule_set.operand(expr, i), domain) ||
            !write_constant(rule_set.operand(expr, i), record.fields[i], memory,
                            offset + record.offsets[i])) {
          return false;
        }
      }
      return true;
    }
    case ir::Op::make_list:
      return write_list(expr, memory, offset);
    default:
      return false;
  }
}

// ---- Functions per type

llvm::Function* ModuleEmitter::equal_function(ir::TypeId type, bool narrow) {
  llvm::Function*& known = type_functions_[{0, ir::index(type), 0, narrow}];
  if (known != nullptr) return known;
  llvm::Function* made =
      internal_function("equal" + std::to_string(ir::index(type)), i1, {ptr, ptr});
  known = made;
  ValueEmitter emit(*this, made);
  const ir::Storage place = storage(type, narrow);
  const Operand a = emit.operand(emit.load(made->getArg(0), type, place), type);
  const Operand b = emit.operand(emit.load(made->getArg(1), type, place), type);
  emit.b.CreateRet(emit.equal(a, b));
  return made;
}

llvm::Function* ModuleEmitter::order_function(ir::TypeId type, bool narrow) {
  llvm::Function*& known = type_functions_[{1, ir::index(type), 0, narrow}];
  if (known != nullptr) return known;
  llvm::Function* made =
      internal_function("order" + std::to_string(ir::index(type)), i32, {ptr, ptr});
  known = made;
  ValueEmitter emit(*this, made);
  const ir::Storage place = storage(type, narrow);
  const Value a = emit.load(made->getArg(0), type, place);
  const Value b = emit.load(made->getArg(1), type, place);
  emit.b.CreateRet(emit.order(a, b, type));
  return made;
}

llvm::Function* ModuleEmitter::domain_function(ir::TypeId type, ir::DomainId domain, bool narrow) {
  llvm::Function*& known = type_functions_[{2, ir::index(type), ir::index(domain), narrow}];
  if (known != nullptr) return known;
  llvm::Function* made =
      internal_function("in_domain" + std::to_string(ir::index(type)), i1, {ptr});
  known = made;
  ValueEmitter emit(*this, made);
  const Value value = emit.load(made->getArg(0), type, storage(type, narrow));
  emit.b.CreateRet(emit.in_domain(value, type, domain));
  return made;
}

}  // namespace pac::codegen
