/* Islands: what the server cannot do. Every page works without them. Events are delegated from the document,
 * so a fragment that is swapped in needs no mounting. */
import "./ready.js";
import "./theme.js";
import "./language.js";
import "./clocks.js";
import "./tabs.js";
import "./drafts.js";
import "./composer.js";
import "./overlays.js";
import "./toasts.js";
import "./closed.js";
import "./keys.js";
import "./queue.js";
import "./arrivals.js";
import "./acts.js";
import "./palette.js";
import "./live.js";
import "./presence.js";
import "./files.js";
import "./fragments.js";
import "./complete.js";
import "./answers.js";
import "./notices.js";
import "./password.js";
import "./refetch.js";
import "./tables.js";
