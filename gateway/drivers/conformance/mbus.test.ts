import { MBUS_SUBJECT } from "./mbus-subject.ts";
import { conformance } from "./suite.ts";

conformance(MBUS_SUBJECT);
