// Boost.Asio and Boost.Beast themselves, compiled once for server.cpp and client.cpp.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
