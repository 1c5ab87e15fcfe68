/* Islands: what the server cannot do. Every page works without them. Events are delegated from the document,
 * so a fragment that is swapped in needs no mounting. */
import "./theme.js";
import "./language.js";
import "./clocks.js";
import "./tabs.js";
import "./drafts.js";
import "./composer.js";
import "./overlays.js";
import "./keys.js";
import "./queue.js";
import "./live.js";
import "./password.js";
