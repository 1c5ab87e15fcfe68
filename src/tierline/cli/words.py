"""Every sentence the command line says before Django is there, in English and Chinese, in one table."""

from __future__ import annotations

import os
from functools import cache

from tierline.domain.errors import DomainError

# code: (English, Chinese). The language is the one of LC_ALL, LC_MESSAGES or LANG.
WORDS: dict[str, tuple[str, str]] = {
    # Refusals: one sentence that says what is wrong and what mends it.
    "home_unwritable": (
        "The state folder {path} cannot be written ({reason}): mend its owner or mode, or name another one in"
        " TIERLINE_HOME.",
        "状态目录 {path} 无法写入（{reason}）：请修正其属主或权限，或用 TIERLINE_HOME 指定另一个目录。",
    ),
    "home_unreachable": (
        "PostgreSQL runs under the account “{account}”, which cannot enter {path}: open the way with chmod o+x, or"
        " name another folder in TIERLINE_HOME.",
        "PostgreSQL 以账户“{account}”运行，而该账户无法进入 {path}：请用 chmod o+x 放行，或用 TIERLINE_HOME"
        " 指定另一个目录。",
    ),
    "disk_full": (
        "The disk that holds {path} is full: free some space, then start again; nothing was changed.",
        "{path} 所在磁盘已满：请腾出空间后重新启动；未作任何改动。",
    ),
    "port_taken": (
        "Port {port} on {host} is taken by another program: choose another one, as in “make up PORT=8080” or --port.",
        "{host} 的端口 {port} 已被其他程序占用：请换一个端口，如“make up PORT=8080”或 --port。",
    ),
    "port_forbidden": (
        "This account may not listen on port {port} of {host} (ports below 1024 are root's): choose a higher one, as"
        " in “make up PORT=8080” or --port.",
        "本账户不得监听 {host} 的端口 {port}（1024 以下的端口归 root）：请换一个更大的端口，如“make up PORT=8080”或"
        " --port。",
    ),
    "port_unusable": (
        "Port {port} on {host} cannot be listened on ({reason}): choose an address of this machine with --host, or"
        " another port with “make up PORT=8080”.",
        "无法监听 {host} 的端口 {port}（{reason}）：请用 --host 指定本机的地址，或用“make up PORT=8080”换一个端口。",
    ),
    "already_running": (
        "Tierline is already running for {path}: {url} (process {pid}); stop it with “tierline down”.",
        "{path} 的 Tierline 已在运行：{url}（进程 {pid}）；可用“tierline down”停止。",
    ),
    "home_busy": (
        "Another tierline command is using {path} at this moment: try again when it has ended.",
        "另一个 tierline 命令正在使用 {path}：请等它结束后再试。",
    ),
    "postgres_missing": (
        "No PostgreSQL {least} or newer was found: install it (Debian: apt-get install postgresql), or name a server"
        " in TIERLINE_DATABASE_URL.",
        "未找到 PostgreSQL {least} 或更高版本：请安装（Debian：apt-get install postgresql），或用"
        " TIERLINE_DATABASE_URL 指定服务器。",
    ),
    "postgres_binaries_gone": (
        "The data was made by PostgreSQL {major} ({source}, {path}), which is no longer on this machine: install that"
        " major version again.",
        "数据由 PostgreSQL {major}（{source}，{path}）创建，而本机已没有该版本：请重新安装这一主版本。",
    ),
    "data_folder_foreign": (
        "{path} was not made by Tierline and is left alone: move it away, or name another folder in TIERLINE_HOME.",
        "{path} 不是由 Tierline 创建的，未予触碰：请将其移走，或用 TIERLINE_HOME 指定另一个目录。",
    ),
    "data_folder_corrupt": (
        "The data folder {path} is damaged ({reason}) and was left as it is: restore it from a backup.",
        "数据目录 {path} 已损坏（{reason}），未作改动：请从备份恢复。",
    ),
    "database_access_lost": (
        "The database's passwords in {path} are missing, unreadable or wrong: put the file back from a backup of the"
        " state folder, or run as the account that owns it.",
        "数据库口令文件 {path} 缺失、不可读或口令不符：请从状态目录的备份中放回，或改用拥有该目录的账户运行。",
    ),
    "postgres_failed": (
        "PostgreSQL did not start: {reason} (log: {log}).",
        "PostgreSQL 未能启动：{reason}（日志：{log}）。",
    ),
    "postgres_still_running": (
        "Another PostgreSQL still holds the data folder {path}: stop it, then start again.",
        "另一个 PostgreSQL 仍占用数据目录 {path}：请先停止它，再重新启动。",
    ),
    "postgres_too_old": (
        "PostgreSQL {version} at {where} is too old: Tierline needs {least} or newer.",
        "{where} 的 PostgreSQL {version} 版本过低：Tierline 需要 {least} 或更高版本。",
    ),
    "database_unreachable": (
        "The database {where} cannot be reached: {reason}.",
        "无法连接数据库 {where}：{reason}。",
    ),
    "owner_url_missing": (
        "The database {where} has migrations to run: name its owner's login in TIERLINE_DATABASE_OWNER_URL.",
        "数据库 {where} 有待执行的迁移：请用 TIERLINE_DATABASE_OWNER_URL 指定属主的连接地址。",
    ),
    "database_role_too_strong": (
        "The database role “{role}” of TIERLINE_DATABASE_URL would pass row-level security by: use a role that owns"
        " nothing and is neither superuser nor BYPASSRLS.",
        "TIERLINE_DATABASE_URL 的数据库角色“{role}”会绕过行级安全：请使用不拥有任何对象、既非超级用户也无"
        " BYPASSRLS 的角色。",
    ),
    "migration_failed": (
        "The database could not be migrated: {reason} (log: {log}).",
        "数据库迁移失败：{reason}（日志：{log}）。",
    ),
    "demo_failed": (
        "The demo data could not be built: {reason} (log: {log}).",
        "演示数据未能建立：{reason}（日志：{log}）。",
    ),
    "demo_absent": (
        "This version has no demo data yet; starting without it.",
        "此版本尚无演示数据，将不带演示数据启动。",
    ),
    "child_failed": (
        "The {name} process did not become ready; its last lines are above (log: {log}).",
        "{name} 进程未能就绪，其最后几行输出见上文（日志：{log}）。",
    ),
    "not_stopped": (
        "Process {pid} did not end within {seconds} seconds: look at the logs in {path}.",
        "进程 {pid} 在 {seconds} 秒内未结束：请查看 {path} 中的日志。",
    ),
    # Progress.
    "step_home": ("State folder", "状态目录"),
    "step_leftovers": ("Cleaning up after a killed run", "清理上次被强行终止的运行"),
    "step_database": ("PostgreSQL", "PostgreSQL"),
    "step_migrate": ("Migrating the database", "迁移数据库"),
    "step_demo": ("Building the demo data", "建立演示数据"),
    "step_serve": ("Starting web and worker", "启动网页与后台进程"),
    "done": ("done", "完成"),
    "up_to_date": ("up to date", "已是最新"),
    "kept": ("kept", "沿用"),
    "database_here": ("{version} ({source}), {where}", "{version}（{source}），{where}"),
    "ready": ("Tierline is ready: {url}", "Tierline 已就绪：{url}"),
    "sign_ins": ("Sign-ins of the demo", "演示账户"),
    "password": ("password: {password}", "口令：{password}"),
    "stop_hint": ("Ctrl-C stops it.", "按 Ctrl-C 停止。"),
    "stopping": ("Stopping …", "正在停止……"),
    "stopped": ("Stopped.", "已停止。"),
    "child_restarts": (
        "{name} ended ({how}); starting it again in {seconds} s.",
        "{name} 已退出（{how}），{seconds} 秒后重新启动。",
    ),
    "child_finished": ("{name} has finished ({seconds} s).", "{name} 已完成（{seconds} 秒）。"),
    "demo_history": (
        "Filling in the demo's history: {done} of {days} days.",
        "正在补齐演示数据的历史：已完成 {done} 天，共 {days} 天。",
    ),
    "demo_history_done": (
        "The demo's history is complete: {days} days.",
        "演示数据的历史已补齐，共 {days} 天。",
    ),
    "child_back": ("{name} is running again.", "{name} 已恢复运行。"),
    "not_running": (
        "Tierline is not running for {path}; “make up” starts it (TIERLINE_HOME must be the same in every shell).",
        "{path} 的 Tierline 未在运行；可用“make up”启动（各个终端的 TIERLINE_HOME 须一致）。",
    ),
    "running": ("Tierline is running: {url} (process {pid})", "Tierline 正在运行：{url}（进程 {pid}）"),
    "line_home": ("State folder: {path}", "状态目录：{path}"),
    "line_database": (
        "Database: PostgreSQL {version} ({source}) at {where}, pgvector: {pgvector}",
        "数据库：PostgreSQL {version}（{source}），位于 {where}，pgvector：{pgvector}",
    ),
    "yes": ("yes", "有"),
    "no": ("no", "无"),
    "provider_made": (
        "Provider {provider}, enterprise {enterprise}; {email} may sign in as its administrator.",
        "已建立服务商 {provider} 与委托企业 {enterprise}；{email} 可作为管理员登录。",
    ),
    # The last line of a report, and what became of a message.
    "sum_audit": ("{entries} entries, {faults} faults", "共 {entries} 条记录，{faults} 处问题"),
    "sum_replay": ("{tickets} tickets, {differences} differences", "共 {tickets} 张工单，{differences} 处差异"),
    "sum_clocks": ("{tickets} tickets, {faults} faults", "共 {tickets} 张工单，{faults} 处问题"),
    "sum_calendar": ("{changes} dates differ; version v{number}", "{changes} 天有变；版本 v{number}"),
    "calendar_warning": ("{calendar}: {kind} {facts}", "日历 {calendar}：{kind} {facts}"),
    "calendar_left": (
        "These agreements have a version that begins later and stay on the older calendar: {agreements}",
        "这些协议有尚未生效的版本，仍用旧日历：{agreements}",
    ),
    "sum_list": ("{tickets} tickets", "共 {tickets} 张工单"),
    "more_list": ("{tickets} tickets, more with --cursor {cursor}", "本页 {tickets} 张工单，续页：--cursor {cursor}"),
    "difference": (
        "{ticket}  {column}: stored {stored}, replayed {replayed}",
        "{ticket}  {column}：存储为 {stored}，重放为 {replayed}",
    ),
    "mail_ticket": ("ticket", "新工单"),
    "mail_reply": ("reply", "回复"),
    "mail_parked": ("parked", "已暂存"),
    "mail_refused": ("refused", "未接收"),
    "sum_mail": ("{taken} of {messages} messages taken", "共 {messages} 封邮件，已接收 {taken} 封"),
    "import_progress": (
        "{cases} cases read, {opened} new, {refused} refused",
        "已读 {cases} 个工单，新建 {opened}，拒绝 {refused}",
    ),
    "import_refused": ("{key}: not brought over: {reason}", "{key}：未导入：{reason}"),
    "knowledge_imported": (
        "{articles} articles read; {refused} files refused",
        "已读入 {articles} 篇文章；{refused} 个文件未读入",
    ),
    "knowledge_reindexed": (
        "read anew: {articles} articles, {known_errors} known errors, {tickets} closed tickets",
        "已重新读入：{articles} 篇文章，{known_errors} 条已知错误，{tickets} 张已关闭工单",
    ),
    "sum_import": (
        "{cases} cases: {opened} opened, {already_there} there already, {refused} refused",
        "共 {cases} 个工单：新建 {opened}，已存在 {already_there}，拒绝 {refused}",
    ),
    "sum_import_dry": (
        "{cases} cases: {opened} would be opened, {already_there} there already, {refused} would be refused;"
        " nothing was written",
        "共 {cases} 个工单：将新建 {opened}，已存在 {already_there}，将拒绝 {refused}；未写入任何内容",
    ),
    "trained": (
        "{rows} rows, {labels} labels, trained in {seconds} s",
        "{rows} 行，{labels} 个标签，训练用时 {seconds} 秒",
    ),
    "indexed": ("{articles} articles read in {seconds} s", "{articles} 篇文章，建索引用时 {seconds} 秒"),
    "embeddings_used": ("Meaning: {provider}", "语义模型：{provider}"),
    "words_only": ("Words only, no embeddings", "仅词面匹配，未使用语义模型"),
    "latency": ("one text: p50 {p50} ms, p95 {p95} ms", "单条用时：p50 {p50} 毫秒，p95 {p95} 毫秒"),
    # Descriptions in --help.
    "help_main": (
        "Tierline: tiered technical support. Exit codes: 0 done, 1 refused (one sentence on stderr), 2 wrong usage.",
        "Tierline 三线：分级技术支持。退出码：0 完成，1 被拒绝（stderr 上一句话说明），2 用法错误。",
    ),
    "help_up": ("Start everything in the foreground", "在前台启动全部服务"),
    "help_down": ("Stop the running instance", "停止正在运行的实例"),
    "help_status": ("Say what is running, and where", "显示运行状态与地址"),
    "help_keys": ("Make and revoke API keys", "创建与吊销 API 密钥"),
    "help_accounts": ("Make the first provider of an empty installation", "在空白安装中建立第一个服务商"),
    "help_tickets": ("Open, show, list, import and replay tickets", "新建、查看、列出、导入与重放工单"),
    "help_mail": ("Receive mail messages from files", "从文件接收邮件"),
    "help_seed": ("Fill the database for tests and benches", "为测试与压测填充数据"),
    "help_clocks": ("Audit the SLA clocks", "审计 SLA 计时"),
    "help_audit": ("Verify the audit chain", "校验审计链"),
    "help_calendars": ("List working calendars, import holidays", "列出工作日历、导入节假日"),
    "help_triage": ("Train and measure the classifier of texts", "训练并评估文本分类"),
    "help_answer": ("Measure answers from articles", "评估基于知识文章的回答"),
    "help_knowledge": ("Import articles, rebuild the search index", "导入知识文章、重建搜索索引"),
    "help_sla": ("Explain clocks, check cases", "解释计时、核对案例"),
}


def say(code: str, **facts: object) -> str:
    english, chinese = WORDS[code]
    return (chinese if is_chinese() else english).format(**facts)


def sentence(refused: DomainError) -> str:
    """The one sentence for a refusal: ours, else the catalogue's with the facts that its wording leaves out."""
    if refused.code in WORDS:
        return say(refused.code, **refused.facts)
    found = _catalogue().get(f"error.{refused.code}")
    if found is None:
        return str(refused)
    wording = found["zh" if is_chinese() else "en"]
    rest = [f"{name}={_shown(fact)}" for name, fact in refused.facts.items() if f"{{{name}}}" not in wording]
    filled = wording.format_map(_Known({name: _shown(fact) for name, fact in refused.facts.items()}))
    return filled + (f" [{', '.join(rest)}]" if rest else "")


class _Known(dict[str, str]):
    """A refusal is raised from several places, and not each knows every fact that the sentence could name."""

    def __missing__(self, name: str) -> str:
        return "?"


def _shown(fact: object) -> str:
    return ", ".join(map(str, fact)) if isinstance(fact, list | tuple) else str(fact)


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    from tierline.plumbing import catalogue  # a command that refuses nothing does not wait for it

    return {key: both for _, key, both in catalogue.entries()}


def is_chinese() -> bool:
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return wanted.lower().startswith("zh")
