/** The scanner's corpus: applications that are broken in one way each. */
import { broken, scanEach } from "./corpus.ts";

scanEach("the corpus of broken applications", broken);
