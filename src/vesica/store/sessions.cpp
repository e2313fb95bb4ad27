// SPDX-License-Identifier: Apache-2.0
// Sessions: which command wrote, when, and whether it came to its end.
#include "vesica/base/os/system.h"
#include "vesica/base/require.h"
#include "vesica/store/store_impl.h"

namespace vesica {

void Store::begin_session(const std::string& command, const std::string& version) {
  const std::lock_guard guard(impl_->mutex);
  impl_->require_writable();
  VESICA_REQUIRE(!impl_->session_named, "a session is open already");
  impl_->command = command;
  impl_->version = version;
  impl_->session_named = true;
}

void Store::Impl::ensure_session() {
  VESICA_REQUIRE(session_named, "begin_session comes before the first change");
  if (session != 0) return;
  commit_group();
  sql::Transaction transaction(*db);
  sql::Statement statement(*db,
                           "INSERT INTO session (command, version, user, host, system, started, status) "
                           "VALUES (?, ?, ?, ?, ?, ?, 'started')");
  const std::string user = user_name(), host = host_name(), system = operating_system(), now = utc_now();
  statement.bind(1, command).bind(2, version).bind(3, user).bind(4, host).bind(5, system).bind(6, now).run();
  const std::int64_t id = db->last_id();
  write_home();
  transaction.commit();
  session = id;
}

void Store::end_session(const std::string& status) {
  const std::lock_guard guard(impl_->mutex);
  impl_->require_writable();
  VESICA_REQUIRE(impl_->session_named, "end_session without begin_session");
  impl_->commit_group();
  impl_->session_named = false;
  if (impl_->session == 0) return;
  impl_->change([&] {
    sql::Statement statement(*impl_->db, "UPDATE session SET ended=?, status=? WHERE id=?");
    const std::string now = utc_now();
    statement.bind(1, now).bind(2, status).bind(3, impl_->session).run();
  });
  impl_->session = 0;
}

std::vector<SessionRecord> Store::sessions() const {
  const std::lock_guard guard(impl_->mutex);
  std::vector<SessionRecord> out;
  sql::Statement query(*impl_->db,
                       "SELECT command, version, user, host, started, ended, status FROM session ORDER BY id");
  while (query.step()) {
    SessionRecord record;
    record.command = query.text(0);
    record.version = query.text(1);
    record.user = query.text(2);
    record.host = query.text(3);
    record.started = query.text(4);
    record.ended = query.text(5);
    record.status = query.text(6);
    out.push_back(std::move(record));
  }
  return out;
}

}  // namespace vesica
