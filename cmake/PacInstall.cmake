# What a service links, for find_package(pac): the runtime. COMPONENTS jit adds native code (pac::jit),
# which needs LLVM, COMPONENTS recorder what records decisions (pac::recorder). The compiler is not part of it.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(PAC_RUNTIME_LIBRARIES pac_base pac_crypto pac_ir pac_match pac_interp pac_stdlib pac_engine)
set(PAC_JIT_LIBRARIES pac_codegen pac_jit)
set(PAC_RECORDER_LIBRARIES pac_net pac_ledger_log pac_ledger_io pac_ledger_file pac_ledger_persons pac_ledger_pg
    pac_ledger_record pac_ledger_witness pac_recorder)
install(TARGETS ${PAC_RUNTIME_LIBRARIES} EXPORT pac ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS ${PAC_JIT_LIBRARIES} EXPORT pac_jit ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS ${PAC_RECORDER_LIBRARIES} EXPORT pac_recorder ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
# All that is installed.
add_custom_target(pac_installed DEPENDS pac pac_words ${PAC_RUNTIME_LIBRARIES} ${PAC_JIT_LIBRARIES} ${PAC_RECORDER_LIBRARIES})
install(DIRECTORY ${PAC_ROOT}/runtime/include/pac DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(EXPORT pac NAMESPACE pac:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pac FILE pac_targets.cmake)
install(EXPORT pac_jit NAMESPACE pac:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pac FILE pac_jit_targets.cmake)
install(EXPORT pac_recorder NAMESPACE pac:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pac FILE pac_recorder_targets.cmake)
configure_package_config_file(${PAC_ROOT}/cmake/pac-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/pac-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pac)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/pac-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/pac-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/pac-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/pac)
